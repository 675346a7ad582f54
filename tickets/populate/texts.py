"""What people of a populated desk write: short, believable, in Russian and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One thing people ask of a service, in one language; `{n}` becomes a number."""

    subject: str
    request: str
    question: str
    answer: str
    solution: str
    note: str


RU = {
    "it": [
        Topic(
            "Не печатает принтер в кабинете {n}",
            "Добрый день! Принтер в кабинете {n} жуёт бумагу, накладные напечатать не можем.",
            "Какая ошибка на экране принтера?",
            "Пишет «замятие, лоток 2», бумагу уже вынимали.",
            "Заменили ролик подачи, пробная страница вышла. Проверьте, пожалуйста.",
            "Ролик на складе последний, заказать ещё два.",
        ),
        Topic(
            "Нет доступа к папке отдела, заявка {n}",
            "Не открывается сетевая папка отдела, пишет «отказано в доступе». Вчера работало.",
            "Уточните, пожалуйста, полный путь к папке.",
            "Диск O, папка «Договоры {n}».",
            "Права восстановлены, перезайдите в систему.",
            "Учётная запись выпала из группы после переноса.",
        ),
    ],
    "warehouse": [
        Topic(
            "Недостача по накладной {n}",
            "Здравствуйте! В поставке по накладной {n} не хватает двух коробок.",
            "Пришлите, пожалуйста, фото акта приёмки.",
            "Акт у водителя, номер {n}-А, подписан сегодня.",
            "Коробки нашлись на складе, довезём завтра до обеда.",
            "Проверить ячейку B-14, там такая же маркировка.",
        ),
        Topic(
            "Переместить паллеты, ряд {n}",
            "Просим переместить паллеты из ряда {n} в зону отгрузки до пятницы.",
            "Сколько паллет и нужен ли погрузчик?",
            "Четыре паллеты, погрузчик нужен.",
            "Паллеты стоят в зоне отгрузки.",
            "Погрузчик 3 на ремонте, брать первый.",
        ),
    ],
    "sales": [
        Topic(
            "Счёт с неверной ценой, заказ {n}",
            "В счёте по заказу {n} цена выше, чем в прайсе от понедельника. Просим исправить.",
            "По какому прайсу сверяли: розничному или оптовому?",
            "По оптовому, строка 18.",
            "Выставили новый счёт, старый отменён.",
            "Скидка не подтянулась из договора.",
        ),
        Topic(
            "Когда будет поставка по заказу {n}?",
            "Подскажите, пожалуйста, точную дату поставки по заказу {n}.",
            "Устроит ли вас доставка двумя частями?",
            "Да, двумя частями удобно.",
            "Первая часть во вторник, вторая в четверг.",
            "Вторая часть ждёт растаможки.",
        ),
    ],
    "accounts": [
        Topic(
            "Акт сверки за период {n}",
            "Просим подготовить акт сверки за квартал, договор {n}.",
            "Нужен оригинал или достаточно скана?",
            "Достаточно скана.",
            "Акт подготовлен и отправлен.",
            "В базе две карточки этого клиента.",
        ),
    ],
}

EN = {
    "it": [
        Topic(
            "Laptop {n} does not wake up",
            "Hello, laptop {n} stays black after lunch. I have a call with a client at four.",
            "Does the light on the side blink when you press the power button?",
            "It blinks twice and then nothing.",
            "The battery was stuck; reset and tested, it wakes up now.",
            "Same fault as last month, order a new battery.",
        ),
        Topic(
            "VPN drops every {n} minutes",
            "The VPN drops every few minutes when I work from home, ticket {n} was the same.",
            "Which city are you connecting from?",
            "From Kazan, by mobile internet.",
            "You are on the other gateway now, please try again.",
            "The old gateway has packet loss since the update.",
        ),
    ],
    "warehouse": [
        Topic(
            "Wrong items in delivery {n}",
            "We received delivery {n}, three boxes are of the wrong colour.",
            "Could you send the numbers on the labels?",
            "They end with 401, 402 and 403.",
            "The right boxes left with the evening truck.",
            "Labels of two pallets were swapped.",
        ),
    ],
    "sales": [
        Topic(
            "Price list for order {n}",
            "Please send the current wholesale price list, we are preparing order {n}.",
            "Do you need prices with or without delivery?",
            "With delivery, please.",
            "The price list is in your mailbox.",
            "Key client: check the discount first.",
        ),
    ],
    "accounts": [
        Topic(
            "Invoice {n} paid twice",
            "By mistake we paid invoice {n} twice. Please return the second payment.",
            "Which account should the money go to?",
            "To the account in the contract.",
            "The payment order was sent to the bank today.",
            "Found both payments on the same day.",
        ),
    ],
}

LANGUAGES = {"ru": RU, "en": EN}

FIRST_NAMES = [
    "Анна",
    "Игорь",
    "Мария",
    "Олег",
    "Елена",
    "Павел",
    "Ольга",
    "Денис",
    "Ирина",
    "Артём",
    "Наталья",
    "Роман",
]
LAST_NAMES = ["Котенко", "Лысенко", "Гончар", "Мельник", "Шевчук", "Ткач", "Бондарь", "Коваль", "Левченко", "Савченко"]
COMPANIES = ["Опт Торг", "Дом Декор", "Свет и Тень", "Nordic Goods", "Волга Трейд", "Greenfield", "Уют", "Сибирь Снаб"]
