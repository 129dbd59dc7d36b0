"""The connection to the shop: one interface (`base`), one package per back end."""
