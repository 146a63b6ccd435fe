"""What is true of the invented region: the figures that every text of the demo must agree with (method.md, part 3)."""

from __future__ import annotations

# number, name, people in 2026, in 2040, change in per cent, employed by place of work
MUNICIPALITIES = (
    ("9001", "Havnsund", 14_850, 15_310, "+3,1", 8_900),
    ("9002", "Skarfjord", 6_120, 6_010, "−1,8", 2_780),
    ("9003", "Bjørkvåg", 4_310, 4_180, "−3,0", 1_930),
    ("9004", "Tverrdal", 2_940, 2_610, "−11,2", 1_210),
    ("9005", "Kvernvik", 2_480, 2_520, "+1,6", 1_080),
    ("9006", "Ytre Eidvær", 1_160, 990, "−14,7", 560),
    ("9007", "Brattfjell", 1_890, 1_650, "−12,7", 780),
    ("9008", "Myrland", 3_260, 3_020, "−7,4", 1_390),
    ("9009", "Sandværøy", 740, 610, "−17,6", 340),
)
PEOPLE, PEOPLE_2040, EMPLOYED = 37_750, 36_900, 18_970

# Employed by trade in 2025 (A1), and the larger flows of commuters (A2).
TRADES = {
    "sjømat": 2_180, "industri": 2_640, "energi": 410, "landbruk": 860, "reiseliv": 1_050, "varehandel": 2_310,
    "bygg": 1_720, "transport": 1_040, "offentlig": 5_560, "kunnskapstjenester": 1_200,
}  # fmt: skip
COMMUTERS = {
    ("Skarfjord", "Havnsund"): 940, ("Kvernvik", "Havnsund"): 610, ("Havnsund", "Skarfjord"): 420,
    ("Bjørkvåg", "Havnsund"): 380, ("Myrland", "Tverrdal"): 190, ("Tverrdal", "Havnsund"): 160,
    ("Brattfjell", "Tverrdal"): 120, ("Ytre Eidvær", "Skarfjord"): 95, ("Sandværøy", "Ytre Eidvær"): 40,
}  # fmt: skip

# What each measure costs in kroner, whether each year, and the answers of round 3 in the order of the municipalities.
MEASURES = {
    1: (450_000, True, "5 5 4 5 5 4 4 5 5", "consensus"),
    2: (280_000, False, "5 4 5 4 5 3 4 4 3", "consensus"),
    3: (900_000, True, "5 5 5 4 5 3 4 4 3", "consensus"),
    4: (320_000, True, "4 5 4 5 4 5 5 5 5", "consensus"),
    5: (200_000, False, "5 5 4 4 5 - 5 - -", "waiting"),
    6: (1_800_000, False, "4 5 3 3 4 5 3 4 5", "consensus"),
    7: (750_000, True, "4 4 4 5 4 5 5 5 5", "consensus"),
    8: (600_000, False, "2 4 4 5 3 5 4 5 5", "consensus_with_reservations"),
    9: (1_500_000, False, "3 4 3 5 3 5 5 4 5", "consensus"),
    10: (2_400_000, False, "3 3 4 5 3 4 4 5 3", "consensus"),
    11: (150_000, True, "5 4 5 4 4 4 4 4 4", "consensus"),
    12: (90_000, False, "4 5 3 2 4 5 2 2 5", "no_consensus"),
    13: (3_000_000, False, "3 4 4 5 3 5 5 5 5", "consensus"),
    14: (480_000, False, "4 3 3 4 4 3 4 3 2", "consensus_with_reservations"),
    15: (650_000, True, "4 4 4 5 4 5 5 5 4", "consensus"),
    16: (4_000_000, False, "4 3 2 3 4 5 4 2 5", "consensus_with_reservations"),
    17: (240_000_000, False, "3 5 1 2 4 3 2 2 3", "blocked"),
    18: (120_000, False, "4 5 4 3 4 4 3 4 4", "consensus"),
}

# What each municipality pays in 2027, of 1 800 000 kroner.
SHARES_2027 = {
    "Havnsund": 555_000, "Skarfjord": 264_000, "Bjørkvåg": 204_000, "Tverrdal": 158_000, "Kvernvik": 143_000,
    "Ytre Eidvær": 99_000, "Brattfjell": 123_000, "Myrland": 169_000, "Sandværøy": 85_000,
}  # fmt: skip

# The last meeting of each council in the spring of 2027, on which the plan is adopted.
COUNCILS_2027 = {
    "Havnsund": "20.05", "Skarfjord": "12.05", "Bjørkvåg": "27.05", "Tverrdal": "03.06", "Kvernvik": "19.05",
    "Ytre Eidvær": "10.06", "Brattfjell": "09.06", "Myrland": "16.06", "Sandværøy": "22.06",
}  # fmt: skip

# Figures said in words: what comes before or after the number, as a pattern in which {} is the number, and the number.
SAID = (
    (r"{} tonn restråstoff", "6 400"),
    (r"{} ledige stillinger", "410"),
    (r"{} helt ledige", "290"),
    (r"{} (?:elever|ungdommer|unge) (?:som )?ønsker læreplass", "140"),
    (r"{} GWh", "38"),
    (r"{} kjøretøy i døgnet", "2 100"),
    (r"{} dagers høysesong", "58"),
    (r"{} deltakere i verkstedet", "41"),
    (r"privat sektor (?:er|var|på) {} milliarder kroner", "13,4"),
    (r"{} jordbruksføretak i drift", "118"),
    (r"{} føretak med vidareforedling", "17"),
    (r"{} pendler mellom kommunene", "5 120"),
    (r"{} arbeidsplasser netto", "600"),
    (r"minst {} (?:av dem )?utenfor Havnsund", "200"),
    (r"{} sommerjobber", "48"),
    (r"{} ungdommer fikk sommerjobb", "48"),
    (r"{} lærer?plasser", "40"),
)
