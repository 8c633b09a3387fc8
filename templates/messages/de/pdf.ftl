# The PDF transaction report in German.
pdf-title = Transaktionsbericht
pdf-night = Nacht vom
pdf-window = Zeitraum
pdf-address = Adresse
pdf-branch = Niederlassung
pdf-built = Bericht erstellt
pdf-summary = Übersicht
pdf-incidents = Vorfälle
pdf-interactions = Interaktionen
pdf-transactions = Transaktionen
pdf-taken-unpaid = Unbezahlt mitgenommen
pdf-paid-items = Bezahlte Artikel
pdf-total = Gesamt
pdf-incomplete = Dieser Bericht ist unvollständig
pdf-missing-activity = Für diese Nacht fehlen die Angaben zu den verarbeiteten Ereignissen.
pdf-missing-feed = Die Quelle hat noch nicht bestätigt, dass alle Ereignisse der Nacht übermittelt sind.
pdf-missing-feed-until = Die Quelle hat ihre Ereignisse erst bis { $until } bestätigt.
pdf-missing-clip = Die Aufnahme { $clip } liegt nicht im Archiv.
pdf-missing-photo = Das Foto zum Vorfall { $incident } liegt nicht im Archiv.
pdf-correction = Korrektur eines früheren Berichts
pdf-reason = Grund
pdf-requested-by = Veranlasst von
pdf-changes = Änderungen
pdf-change =
    { $how ->
        [added] Neu
        [removed] Entfernt
       *[edited] Geändert
    }: { $subject ->
        [incident] Vorfall
        [interaction] Interaktion
        [transaction] Transaktion
        [activity] Verarbeitungszahlen
       *[completeness] Vollständigkeit
    } { $of }
pdf-more-changes =
    { $count ->
        [one] und { $count } weitere Änderung
       *[other] und { $count } weitere Änderungen
    }
pdf-index = Verzeichnis der Vorfälle
pdf-no-incidents = In dieser Nacht wurde kein Vorfall erfasst.
pdf-incident = Vorfall
pdf-incident-number = Vorfall { $number }
pdf-transaction-number = Transaktion { $reference }
pdf-case = Fall
pdf-case-instance = Fall { $case }, { $instance }. Mal
pdf-go-to = Zu Vorfall { $number }
pdf-time = Zeit
pdf-type = Art
pdf-page = Seite
pdf-page-of = Seite { $page } von { $pages }
pdf-revision = Revision { $revision }
pdf-data = Daten-SHA-256 { $hash }
pdf-occurred = Zeitpunkt
pdf-reported-by = Gemeldet von
pdf-reference = Referenz
pdf-camera = Kamera
pdf-operator = Operator
pdf-level = Stufe
pdf-handled = Bearbeitet
pdf-actions = Maßnahmen
pdf-description = Beschreibung
pdf-account = Bericht des Operators
pdf-no-account = Der Operator hat keine Notizen hinterlassen.
pdf-photo-alt = Foto des Vorfalls: { $type }, { $time }
pdf-photo-missing = Das Foto liegt nicht im Archiv.
pdf-photo-unreadable = Das Foto ist nicht lesbar.
pdf-no-transaction = Zu diesem Vorfall gehört keine Transaktion.
pdf-transaction-missing = Die Transaktion zu diesem Vorfall wurde nicht übermittelt.
pdf-other-transactions = Transaktionen ohne Vorfall
pdf-terminal = Kasse
pdf-sku = Artikelnr.
pdf-item = Artikel
pdf-quantity = Menge
pdf-unit-price = Einzelpreis
pdf-line-total = Summe
pdf-status = Status
pdf-paid = Bezahlt
pdf-unpaid = Nicht bezahlt
pdf-lines =
    { $count ->
        [one] { $count } Position
       *[other] { $count } Positionen
    }
pdf-payment = Zahlung
pdf-no-payment = keine
pdf-card = { $method }, Endziffern { $last4 }
pdf-overpaid = Zu viel gezahlt
pdf-underpaid = Auf bezahlte Artikel noch offen
