"""The icons a service may carry: names of lucide, chosen so that each says something at a glance."""

ICONS = (
    "circle-help", "laptop", "monitor", "printer", "phone", "wifi", "key-round", "shield", "mail", "calendar-days",
    "users", "user-plus", "graduation-cap", "briefcase", "file-text", "file-check", "receipt", "calculator", "wallet",
    "banknote", "percent", "shopping-cart", "package", "boxes", "warehouse", "truck", "undo-2", "wrench", "hammer",
    "lightbulb", "building", "car", "plane", "megaphone", "chart-line", "scale", "handshake", "headset", "badge-check",
    "triangle-alert", "arrow-left-right", "calendar-clock", "clipboard-check", "file-badge", "file-check-2",
    "file-pen-line", "id-card", "image", "microscope", "monitor-x", "package-minus", "package-x", "receipt-text",
    "scan-barcode", "search-check", "shield-alert", "siren", "stamp", "tags", "user-round-check", "user-round-plus",
    "zap",
)  # fmt: skip
