# The PDF transaction report in Polish.
pdf-title = Raport transakcji
pdf-night = Noc
pdf-window = Przedział czasu
pdf-address = Adres
pdf-branch = Oddział
pdf-built = Raport sporządzono
pdf-summary = Podsumowanie
pdf-incidents = Incydenty
pdf-interactions = Interakcje
pdf-transactions = Transakcje
pdf-taken-unpaid = Zabrane bez zapłaty
pdf-paid-items = Zapłacone artykuły
pdf-total = Razem
pdf-incomplete = Ten raport jest niekompletny
pdf-missing-activity = Brak danych o tym, co przetworzono tej nocy.
pdf-missing-feed = Źródło nie potwierdziło przesłania wszystkich zdarzeń tej nocy.
pdf-missing-feed-until = Źródło potwierdziło zdarzenia tylko do { $until }.
pdf-missing-clip = Nagrania { $clip } nie ma w archiwum.
pdf-missing-photo = Zdjęcia incydentu { $incident } nie ma w archiwum.
pdf-correction = Korekta wcześniejszego raportu
pdf-reason = Powód
pdf-requested-by = Na prośbę
pdf-changes = Zmiany
pdf-change =
    { $how ->
        [added] Dodano
        [removed] Usunięto
       *[edited] Zmieniono
    }: { $subject ->
        [incident] incydent
        [interaction] interakcja
        [transaction] transakcja
        [activity] dane o przetwarzaniu
       *[completeness] kompletność danych
    } { $of }
pdf-more-changes =
    { $count ->
        [one] i jeszcze { $count } zmiana
        [few] i jeszcze { $count } zmiany
        [many] i jeszcze { $count } zmian
       *[other] i jeszcze { $count } zmiany
    }
pdf-index = Spis incydentów
pdf-no-incidents = Tej nocy nie odnotowano żadnego incydentu.
pdf-incident = Incydent
pdf-incident-number = Incydent { $number }
pdf-transaction-number = Transakcja { $reference }
pdf-case = Sprawa
pdf-case-instance = Sprawa { $case }, { $instance }. raz
pdf-go-to = Przejdź do incydentu { $number }
pdf-time = Godzina
pdf-type = Rodzaj
pdf-page = Strona
pdf-page-of = Strona { $page } z { $pages }
pdf-revision = Wersja { $revision }
pdf-data = SHA-256 danych { $hash }
pdf-occurred = Zaszło
pdf-reported-by = Zgłaszający
pdf-reference = Identyfikator
pdf-camera = Kamera
pdf-operator = Operator
pdf-level = Poziom
pdf-handled = Obsługa
pdf-actions = Działania
pdf-description = Opis
pdf-account = Relacja operatora
pdf-no-account = Operator nie zostawił notatek.
pdf-photo-alt = Zdjęcie incydentu: { $type }, { $time }
pdf-photo-missing = Zdjęcia nie ma w archiwum.
pdf-photo-unreadable = Nie udało się odczytać zdjęcia.
pdf-no-transaction = Z tym incydentem nie wiąże się żadna transakcja.
pdf-transaction-missing = Transakcja tego incydentu nie została przesłana.
pdf-other-transactions = Transakcje bez incydentu
pdf-terminal = Kasa
pdf-sku = SKU
pdf-item = Artykuł
pdf-quantity = Ilość
pdf-unit-price = Cena jedn.
pdf-line-total = Wartość
pdf-status = Status
pdf-paid = Zapłacono
pdf-unpaid = Niezapłacone
pdf-lines =
    { $count ->
        [one] { $count } pozycja
        [few] { $count } pozycje
        [many] { $count } pozycji
       *[other] { $count } pozycji
    }
pdf-payment = Płatność
pdf-no-payment = brak
pdf-card = { $method }, końcówka { $last4 }
pdf-overpaid = Nadpłata
pdf-underpaid = Niedopłata za zapłacone artykuły
