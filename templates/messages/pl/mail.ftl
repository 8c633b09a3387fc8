# Wiadomość o nocy po polsku. Każdy klucz jest w każdym języku z tymi samymi zmiennymi; porównuje je test.

## Counts
count-incidents = { $count ->
    [one] { $count } incydent
    [few] { $count } incydenty
    [many] { $count } incydentów
   *[other] { $count } incydentu
}
count-escalated = { $count ->
    [one] { $count } eskalowane zdarzenie
    [few] { $count } eskalowane zdarzenia
    [many] { $count } eskalowanych zdarzeń
   *[other] { $count } eskalowanego zdarzenia
}
count-interactions = { $count ->
    [one] { $count } interwencja
    [few] { $count } interwencje
    [many] { $count } interwencji
   *[other] { $count } interwencji
}
quiet-night = spokojna noc
case = Sprawa { $number }, { NUMBER($instance, type: "ordinal") ->
   *[other] { $instance }. raz
}

## Subject and marks
subject-night = noc { $date }
mark-test = TEST
mark-incomplete = NIEPEŁNY
mark-late = SPÓŹNIONY
mark-correction = KOREKTA

## Opening
preheader-activity = { $detections ->
    [one] { $detections } detekcja
    [few] { $detections } detekcje
    [many] { $detections } detekcji
   *[other] { $detections } detekcji
}, sprawdzono { $reviewed }
night-of = Noc: { $date }
window = od { $from } do { $to }
zone = { $name } ({ $id }, { $offset })
zone-change = Tej nocy zmieniono czas z { $from } na { $to }.
greeting = Dzień dobry, { $name }!
greeting-nobody = Dzień dobry!
lead-quiet = Spokojna noc: niczego nie eskalowano i do nikogo nie trzeba było się odzywać. Poniżej – co obserwowaliśmy.
lead-quiet-incomplete = Z tej nocy na razie nic nie zgłoszono, ale nasze dane są niepełne, jak podano wyżej.
lead-escalated = { $count ->
    [0] Tej nocy niczego nie eskalowano.
    [one] Tej nocy eskalowano jedno zdarzenie.
    [few] Tej nocy eskalowano { $count } zdarzenia.
    [many] Tej nocy eskalowano { $count } zdarzeń.
   *[other] Tej nocy eskalowano { $count } zdarzenia.
}
lead-interactions = { $count ->
    [one] Nasi operatorzy przeprowadzili jedną rutynową interwencję.
    [few] Nasi operatorzy przeprowadzili { $count } rutynowe interwencje.
    [many] Nasi operatorzy przeprowadzili { $count } rutynowych interwencji.
   *[other] Nasi operatorzy przeprowadzili { $count } rutynowej interwencji.
}

## Notices
test-lead = To jest test. Wysłano go tylko pod ten adres; nie trzeba nic robić.
late-lead = Ten raport jest spóźniony.
late-since = Miał zostać wysłany { $due }; nasz system wtedy nie działał.
missing-lead = Ten raport jest niepełny.
missing-feed = Zdarzenia z tej nocy z Państwa obiektu do nas nie dotarły.
missing-feed-after = Zdarzenia po godzinie { $time } do nas nie dotarły.
missing-activity = Nie wiadomo, ile wykryto, odfiltrowano i sprawdzono.
missing-clips = { $count ->
    [one] Brakuje nagrania jednego klipu.
    [few] Brakuje nagrań { $count } klipów.
    [many] Brakuje nagrań { $count } klipów.
   *[other] Brakuje nagrań { $count } klipu.
}
missing-photos = { $count ->
    [one] Brakuje jednego zdjęcia.
    [few] Brakuje { $count } zdjęć.
    [many] Brakuje { $count } zdjęć.
   *[other] Brakuje { $count } zdjęcia.
}
correction-lead = Ten raport zastępuje wcześniejszy (wersja { $revision }).
correction-reason = Powód
correction-by = Na prośbę
correction-changes = Co się zmieniło
correction-more = { $count ->
    [one] I jeszcze jedna zmiana.
    [few] I jeszcze { $count } zmiany.
    [many] I jeszcze { $count } zmian.
   *[other] I jeszcze { $count } zmiany.
}
change-added = Dodano
change-removed = Usunięto
change-edited = Zmieniono
change-incident = incydent
change-interaction = interwencję
change-transaction = transakcję
change-activity = dane o tym, co przetworzono
change-completeness = dane o brakach
field = { $field ->
    [description] opis
    [kind] rodzaj
    [occurred_at] godzina
    [started_at] początek
    [ended_at] koniec
    [at] godzina
    [level] poziom
    [camera] kamera
    [operator] operator
    [notes] notatki
    [actions] działania
    [clip] klip
    [clips] klipy
    [photo] zdjęcie
    [case] sprawa
    [reported_by] zgłaszający
    [transaction] transakcja
    [terminal] kasa
    [currency] waluta
    [lines] pozycje
    [payment] płatność
    [detections] detekcje
    [filtered] odfiltrowane
    [reviewed] sprawdzone
    [timeline_url] odnośnik do wideo
   *[other] { $field }
}

## Summary
summary-heading = Co przetworzono
column-what = Liczba
column-night = Ta noc
column-average = { $nights ->
    [one] Noc wcześniej
    [few] Średnia z { $nights } nocy
    [many] Średnia z { $nights } nocy
   *[other] Średnia z { $nights } nocy
}
row-detections = Detekcje
row-filtered = Odfiltrowane
row-reviewed = Sprawdzone przez człowieka
row-interactions = Interwencje
row-incidents = Incydenty
interactions-split = rutynowe: { $normal }, eskalowane: { $escalated }
chart-heading = Ostatnie osiem nocy
chart-interactions = Interwencje
chart-incidents = Incydenty
chart-alt = Wykres słupkowy ostatnich nocy. { $nights }.
chart-night = { $day }: { $interactions ->
    [one] { $interactions } interwencja
    [few] { $interactions } interwencje
    [many] { $interactions } interwencji
   *[other] { $interactions } interwencji
}, { $incidents ->
    [one] { $incidents } incydent
    [few] { $incidents } incydenty
    [many] { $incidents } incydentów
   *[other] { $incidents } incydentu
}
types-heading = Interwencje według rodzaju
column-type = Rodzaj
column-normal = Rutynowe
column-escalated = Eskalowane
types-more = { $count ->
    [one] I jeszcze jeden rodzaj w wersji przeglądarkowej.
    [few] I jeszcze { $count } rodzaje w wersji przeglądarkowej.
    [many] I jeszcze { $count } rodzajów w wersji przeglądarkowej.
   *[other] I jeszcze { $count } rodzaju w wersji przeglądarkowej.
}

## Events
incidents-heading = Raport o incydentach
interactions-heading = Rutynowe interwencje
level = Poziom { $level }
reported-by = Zgłosił(a): { $name }
actions = Działania
actions-more = { $count ->
    [one] i jeszcze jedno
    [few] i jeszcze { $count }
    [many] i jeszcze { $count }
   *[other] i jeszcze { $count }
}
operator-notes = Notatki operatora
operator = Operator: { $name }
transaction-line = { $terminal }: zapłacono { $paid }, nie zapłacono { $unpaid }
photo-alt = Zdjęcie incydentu, godz. { $time }: { $kind }
photo-missing = Zdjęcie niedostępne
photo-elsewhere = Zdjęcie jest w wersji przeglądarkowej.
link-share = Otwórz incydent
link-timeline = Obejrzyj w aplikacji
link-clip = Odtwórz klip
link-clip-of = Odtwórz klip: { $camera }
link-external = Obejrzyj na { $place }
external-password = Hasło:
external-place = Nagranie: { $place }
clip-missing = Klip niedostępny
clips-more = { $count ->
    [one] i jeszcze jeden klip
    [few] i jeszcze { $count } klipy
    [many] i jeszcze { $count } klipów
   *[other] i jeszcze { $count } klipu
}
link-continue = Czytaj dalej w przeglądarce
brief-heading = { $count ->
    [one] Jeszcze jeden incydent w skrócie
    [few] Jeszcze { $count } incydenty w skrócie
    [many] Jeszcze { $count } incydentów w skrócie
   *[other] Jeszcze { $count } incydentu w skrócie
}
more-incidents = { $count ->
    [one] I jeszcze jeden incydent w wersji przeglądarkowej:
    [few] I jeszcze { $count } incydenty w wersji przeglądarkowej:
    [many] I jeszcze { $count } incydentów w wersji przeglądarkowej:
   *[other] I jeszcze { $count } incydentu w wersji przeglądarkowej:
}
more-interactions = { $count ->
    [one] I jeszcze jedna interwencja w wersji przeglądarkowej:
    [few] I jeszcze { $count } interwencje w wersji przeglądarkowej:
    [many] I jeszcze { $count } interwencji w wersji przeglądarkowej:
   *[other] I jeszcze { $count } interwencji w wersji przeglądarkowej:
}
column-time = Godzina
column-event = Zdarzenie

## Transactions
transactions-heading = Raport z transakcji
transactions-count = { $count ->
    [0] Incydenty tej nocy, bez transakcji.
    [one] Jedna transakcja z pozycjami i tym, co zapłacono.
    [few] { $count } transakcje z pozycjami i tym, co zapłacono.
    [many] { $count } transakcji z pozycjami i tym, co zapłacono.
   *[other] { $count } transakcji z pozycjami i tym, co zapłacono.
}
transactions-unpaid = Zabrano bez zapłaty: { $amount }
pdf-attached = Raport jest dołączony do tej wiadomości jako PDF.
pdf-linked = Raport w formacie PDF otwiera się pod tym odnośnikiem.
link-pdf = Otwórz PDF

## What was watched
watched-heading = Co obserwowano
cameras-count = { $count ->
    [0] Dla tego obiektu nie zapisano żadnej kamery.
    [one] Jedna kamera
    [few] { $count } kamery
    [many] { $count } kamer
   *[other] { $count } kamery
}
cameras-more = { $count ->
    [one] i jeszcze jedna
    [few] i jeszcze { $count }
    [many] i jeszcze { $count }
   *[other] i jeszcze { $count }
}

## Closing
link-open = Otwórz w przeglądarce
footer-why = Otrzymują Państwo tę wiadomość jako osoba kontaktowa obiektu { $site }.
link-unsubscribe = Zrezygnuj z tych wiadomości
footer-support = Pytania? { $support }
footer-built = Raport z { $built }, wersja { $revision }. Godziny podano według czasu obiektu.
