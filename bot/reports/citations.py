"""The documents of the movement that a report may cite, each with its number, day and issuer."""

from bot.i18n import t

QD_1315 = t("Decision 1315/QĐ-TTg of 9 November 2023 of the Prime Minister")
QD_1373 = t("Decision 1373/QĐ-TTg of 30 July 2021 of the Prime Minister")
QD_387 = t("Decision 387/QĐ-TTg of 25 March 2022 of the Prime Minister")
QD_677 = t("Decision 677/QĐ-TTg of 3 June 2022 of the Prime Minister")
TT_22 = t("Circular 22/2020/TT-BGDĐT of 6 August 2020 of the Ministry of Education and Training")
TT_24 = t("Circular 24/2023/TT-BGDĐT of 11 December 2023 of the Ministry of Education and Training")
TT_25 = t("Circular 25/2023/TT-BGDĐT of 27 December 2023 of the Ministry of Education and Training")
