# Die Mail der Nacht auf Deutsch. Jeder Schlüssel steht in jeder Sprache mit denselben Variablen; ein Test vergleicht sie.

## Counts
count-incidents = { $count ->
    [one] { $count } Vorfall
   *[other] { $count } Vorfälle
}
count-escalated = { $count ->
    [one] { $count } eskaliertes Ereignis
   *[other] { $count } eskalierte Ereignisse
}
count-interactions = { $count ->
    [one] { $count } Eingriff
   *[other] { $count } Eingriffe
}
quiet-night = ruhige Nacht
case = Fall { $number }, { NUMBER($instance, type: "ordinal") ->
   *[other] zum { $instance }. Mal
}

## Subject and marks
subject-night = Nacht vom { $date }
mark-test = TEST
mark-incomplete = UNVOLLSTÄNDIG
mark-late = VERSPÄTET
mark-correction = KORREKTUR

## Opening
preheader-activity = { $detections ->
    [one] { $detections } Erkennung
   *[other] { $detections } Erkennungen
}, { $reviewed } geprüft
night-of = Nacht vom { $date }
window = { $from } bis { $to }
zone = { $name } ({ $id }, { $offset })
zone-change = In dieser Nacht wurden die Uhren umgestellt, von { $from } auf { $to }.
greeting = Guten Morgen, { $name }!
greeting-nobody = Guten Morgen!
lead-quiet = Eine ruhige Nacht: Nichts wurde eskaliert, niemand musste angesprochen werden. Was wir beobachtet haben, steht unten.
lead-quiet-incomplete = Für diese Nacht ist bisher nichts gemeldet, aber unsere Daten sind unvollständig, wie oben vermerkt.
lead-escalated = { $count ->
    [0] In dieser Nacht wurde nichts eskaliert.
    [one] In dieser Nacht wurde ein Ereignis eskaliert.
   *[other] In dieser Nacht wurden { $count } Ereignisse eskaliert.
}
lead-interactions = { $count ->
    [one] Ein Routineeingriff wurde von unserer Leitstelle erledigt.
   *[other] { $count } Routineeingriffe wurden von unserer Leitstelle erledigt.
}

## Notices
test-lead = Dies ist ein Test. Er ging nur an Sie; es ist nichts zu tun.
late-lead = Dieser Bericht kommt verspätet.
late-since = Er war am { $due } fällig; unser System lief zu dieser Zeit nicht.
missing-lead = Dieser Bericht ist unvollständig.
missing-feed = Die Ereignisse Ihres Standorts aus dieser Nacht haben uns nicht erreicht.
missing-feed-after = Ereignisse nach { $time } Uhr haben uns nicht erreicht.
missing-activity = Wie viel erkannt, gefiltert und geprüft wurde, ist nicht bekannt.
missing-clips = { $count ->
    [one] Die Aufnahme eines Clips fehlt.
   *[other] Die Aufnahmen von { $count } Clips fehlen.
}
missing-photos = { $count ->
    [one] Ein Foto fehlt.
   *[other] { $count } Fotos fehlen.
}
correction-lead = Dieser Bericht ersetzt einen früheren (Fassung { $revision }).
correction-reason = Grund
correction-by = Angefordert von
correction-changes = Was sich geändert hat
correction-more = { $count ->
    [one] Und eine weitere Änderung.
   *[other] Und { $count } weitere Änderungen.
}
change-added = Neu
change-removed = Entfernt
change-edited = Geändert
change-incident = Vorfall
change-interaction = Eingriff
change-transaction = Transaktion
change-activity = Was verarbeitet wurde
change-completeness = Was fehlt
field = { $field ->
    [description] Beschreibung
    [kind] Art
    [occurred_at] Uhrzeit
    [started_at] Beginn
    [ended_at] Ende
    [at] Uhrzeit
    [level] Stufe
    [camera] Kamera
    [operator] Operator
    [notes] Notizen
    [actions] Maßnahmen
    [clip] Clip
    [clips] Clips
    [photo] Foto
    [case] Fall
    [reported_by] gemeldet von
    [transaction] Transaktion
    [terminal] Kasse
    [currency] Währung
    [lines] Positionen
    [payment] Zahlung
    [detections] Erkennungen
    [filtered] gefiltert
    [reviewed] geprüft
    [timeline_url] Videolink
   *[other] { $field }
}

## Summary
summary-heading = Was verarbeitet wurde
column-what = Anzahl
column-night = Diese Nacht
column-average = { $nights ->
    [one] Nacht davor
   *[other] Schnitt aus { $nights } Nächten
}
row-detections = Erkennungen
row-filtered = Ausgefiltert
row-reviewed = Von Menschen geprüft
row-interactions = Eingriffe
row-incidents = Vorfälle
interactions-split = { $normal } Routine, { $escalated } eskaliert
chart-heading = Die letzten acht Nächte
chart-interactions = Eingriffe
chart-incidents = Vorfälle
chart-alt = Balkendiagramm der letzten Nächte. { $nights }.
chart-night = { $day }: { $interactions ->
    [one] { $interactions } Eingriff
   *[other] { $interactions } Eingriffe
}, { $incidents ->
    [one] { $incidents } Vorfall
   *[other] { $incidents } Vorfälle
}
types-heading = Eingriffe nach Art
column-type = Art
column-normal = Routine
column-escalated = Eskaliert
types-more = { $count ->
    [one] Und eine weitere Art in der Browseransicht.
   *[other] Und { $count } weitere Arten in der Browseransicht.
}

## Events
incidents-heading = Vorfallbericht
interactions-heading = Routineeingriffe
level = Stufe { $level }
reported-by = Gemeldet von { $name }
actions = Maßnahmen
actions-more = { $count ->
    [one] und eine weitere
   *[other] und { $count } weitere
}
operator-notes = Notizen des Operators
operator = Operator { $name }
transaction-line = { $terminal }: { $paid } bezahlt, { $unpaid } nicht bezahlt
photo-alt = Foto des Vorfalls um { $time } Uhr: { $kind }
photo-missing = Foto nicht verfügbar
photo-elsewhere = Das Foto zeigt die Browseransicht.
link-share = Vorfall öffnen
link-timeline = In Ihrer App ansehen
link-clip = Clip abspielen
link-clip-of = Clip abspielen: { $camera }
link-external = Ansehen bei { $place }
external-password = Passwort:
external-place = Aufnahme: { $place }
clip-missing = Clip nicht verfügbar
clips-more = { $count ->
    [one] und ein weiterer Clip
   *[other] und { $count } weitere Clips
}
link-continue = Im Browser weiterlesen
brief-heading = { $count ->
    [one] Ein weiterer Vorfall in Kürze
   *[other] { $count } weitere Vorfälle in Kürze
}
more-incidents = { $count ->
    [one] Und ein weiterer Vorfall in der Browseransicht:
   *[other] Und { $count } weitere Vorfälle in der Browseransicht:
}
more-interactions = { $count ->
    [one] Und ein weiterer Eingriff in der Browseransicht:
   *[other] Und { $count } weitere Eingriffe in der Browseransicht:
}
column-time = Uhrzeit
column-event = Ereignis

## Transactions
transactions-heading = Transaktionsbericht
transactions-count = { $count ->
    [0] Die Vorfälle dieser Nacht, ohne Transaktionen.
    [one] Eine Transaktion mit ihren Positionen und dem, was bezahlt wurde.
   *[other] { $count } Transaktionen mit ihren Positionen und dem, was bezahlt wurde.
}
transactions-unpaid = Unbezahlt mitgenommen: { $amount }
pdf-attached = Der Bericht liegt dieser Mail als PDF bei.
pdf-linked = Der Bericht öffnet sich über diesen Link als PDF.
link-pdf = PDF öffnen

## What was watched
watched-heading = Was beobachtet wurde
cameras-count = { $count ->
    [0] Für diesen Standort ist keine Kamera verzeichnet.
    [one] Eine Kamera
   *[other] { $count } Kameras
}
cameras-more = { $count ->
    [one] und eine weitere
   *[other] und { $count } weitere
}

## Closing
link-open = Im Browser öffnen
footer-why = Sie erhalten diese Mail, weil Sie als Kontakt für { $site } benachrichtigt werden.
link-unsubscribe = Diese Mails abbestellen
footer-support = Fragen? { $support }
footer-built = Bericht vom { $built }, Fassung { $revision }. Alle Uhrzeiten gelten am Standort.
