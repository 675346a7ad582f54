"""Time zones to choose from, each with the words people may look for it by."""

from zoneinfo import available_timezones

RUSSIAN = {
    "Europe/Kaliningrad": "Калининград",
    "Europe/Moscow": "Москва, Санкт-Петербург",
    "Europe/Samara": "Самара, Ижевск",
    "Asia/Yekaterinburg": "Екатеринбург, Уфа, Челябинск",
    "Asia/Omsk": "Омск",
    "Asia/Novosibirsk": "Новосибирск",
    "Asia/Krasnoyarsk": "Красноярск",
    "Asia/Irkutsk": "Иркутск",
    "Asia/Yakutsk": "Якутск, Чита",
    "Asia/Vladivostok": "Владивосток, Хабаровск",
    "Asia/Magadan": "Магадан",
    "Asia/Kamchatka": "Петропавловск-Камчатский",
    "Europe/Minsk": "Минск",
    "Asia/Almaty": "Алматы, Астана",
    "Asia/Tashkent": "Ташкент",
    "Asia/Yerevan": "Ереван",
    "Asia/Tbilisi": "Тбилиси",
    "Asia/Baku": "Баку",
    "Asia/Bishkek": "Бишкек",
}
_CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
#: Zone and words, the usual ones first. What stands for a whole country or for no place is left out.
ZONES = [
    *RUSSIAN.items(),
    *((zone, "") for zone in sorted(available_timezones()) if zone.startswith(_CONTINENTS) and zone not in RUSSIAN),
]
