"""What connectors share: lines over a network, templates, reading answers, the setup around a conversation."""
