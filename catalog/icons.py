"""The icons a service may carry: names of lucide, chosen so that each says something at a glance."""

ICONS = (
    "circle-help", "laptop", "monitor", "printer", "phone", "wifi", "key-round", "shield", "mail", "calendar-days",
    "users", "user-plus", "graduation-cap", "briefcase", "file-text", "file-check", "receipt", "calculator", "wallet",
    "banknote", "percent", "shopping-cart", "package", "boxes", "warehouse", "truck", "undo-2", "wrench", "hammer",
    "lightbulb", "building", "car", "plane", "megaphone", "chart-line", "scale", "handshake", "headset", "badge-check",
    "triangle-alert",
)  # fmt: skip
