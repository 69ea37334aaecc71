"""What both sides of the table need: dialogue acts, which slot a message asks for, values, masking and similarity.

Users read the product's messages with it, and judges read the same messages the same way.
"""
