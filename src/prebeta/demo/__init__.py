"""The bundled product: an assistant that helps a business get started with accepting payments.

It is a product like any other, so it imports nothing of prebeta. It can be given faults, for trying a tool that is to
find them: `prebeta.demo.faults` lists them and the releases that have them.
"""
