# Die Browserfassung eines Morgenberichts.

hosted-nights = Andere Nächte dieses Standorts
hosted-previous = Vorige Nacht:
hosted-next = Nächste Nacht:
hosted-revisions = Was sich in { $count } Fassungen geändert hat

hosted-night = Die Nacht im Überblick
hosted-night-help = Jede Marke führt zu ihrem Ereignis.
hosted-night-skip = Zeichnung überspringen
hosted-shape-incident = Vorfall
hosted-shape-escalated = Eskaliert
hosted-shape-normal = Normal
hosted-lane-other = Übrige
hosted-mark = { $count } Ereignisse, { $span }
hosted-shift = Hier wird die Uhr umgestellt: { $before } → { $after }

hosted-leaves = Seiten der Liste
hosted-leaf = Seite { $number } von { $count }
hosted-leaf-previous = Zurück
hosted-leaf-next = Weiter
hosted-leaf-all = Alles auf einer Seite, zum Drucken

hosted-say = Der Leitstelle etwas dazu sagen
hosted-say-help = Was Sie schreiben, steht bei diesem Ereignis. Dort lesen es die Leitstelle und alle, die Ihren Standort betreuen.
hosted-kind = Worum geht es?
hosted-kind-ours = Das war jemand von uns, etwa die Reinigung oder ein Lieferant
hosted-kind-call = Bitte rufen Sie mich an
hosted-kind-wrong = Im Bericht stimmt etwas nicht
hosted-kind-other = Etwas anderes
hosted-text = In Ihren Worten (kann leer bleiben)
hosted-phone = Telefon (kann leer bleiben)
hosted-send = Senden
hosted-back = Zurück zum Bericht
hosted-fault-kind = Wählen Sie, worum es geht.
hosted-fault-empty = Schreiben Sie, worum es geht.
hosted-fault-long = Der Text ist zu lang: Höchstens { $longest } Zeichen sind möglich.
hosted-fault-phone = Die Telefonnummer darf nur Ziffern, Leerzeichen und + - ( ) / . enthalten.
hosted-fault-much = Sie haben heute schon sehr viel geschickt. Versuchen Sie es morgen wieder, oder wenden Sie sich an die Betreuung Ihres Standorts.
hosted-said = Ihre Mitteilung vom { $at }: { $kind }.
hosted-said-phone = Telefon: { $phone }
hosted-said-seen = Von der Leitstelle gesehen: { $at }.
hosted-said-reply = Antwort: { $reply }

hosted-revisions-title = Fassungen dieses Berichts
hosted-revisions-one = Sie haben nur eine Fassung erhalten.
hosted-revision-current = die geöffnete
hosted-revision-since = Geändert gegenüber Fassung { $revision }
hosted-revision-same = Nichts, was diese Seite unterscheidet.
hosted-revision-more = { $count ->
    [one] Und eine weitere Änderung.
   *[other] Und { $count } weitere Änderungen.
  }
hosted-before = vorher:
hosted-after = jetzt:
