"""The one way in: turn a draft into a kept signal with a receipt."""
