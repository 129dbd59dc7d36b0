"""Why the audit cannot be sealed or checked."""

from desk.errors import DeskError


class OtherKey(DeskError):
    """The audit was sealed under another KAMIDESK_VAULT_KEY."""

    code, status, message = "audit_other_key", 500, "KAMIDESK_VAULT_KEY 与封存审计记录时的不同"


class AnchorDamaged(DeskError):
    """The anchor's file is not what the desk wrote."""

    code, status, message = "audit_anchor_damaged", 500, "审计记录的锚点文件已损坏"
