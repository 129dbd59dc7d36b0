"""The one place of card numbers and secrets; everything else holds references."""
