# Was Leser gesagt haben, am Arbeitsplatz.

feedback-title = Rückmeldungen
feedback-lead = Leser der Morgenberichte schreiben Ihnen unter einem Ereignis. Was sie schreiben, bleibt hier, bis es jemand als erledigt markiert.
feedback-filter = Liste eingrenzen
feedback-about = Anlass
feedback-any = Alles
feedback-location = Kennung des Standorts
feedback-state-open = Offen
feedback-state-handled = Erledigt
feedback-state-all = Alle
feedback-kind-ours = Es war jemand von ihnen
feedback-kind-call = Bittet um einen Anruf
feedback-kind-wrong = Im Bericht stimmt etwas nicht
feedback-kind-other = Etwas anderes
feedback-open = offen
feedback-handled = Erledigt
feedback-open-count = { $count ->
    [0] Keine Rückmeldung ist offen
    [one] Eine Rückmeldung ist offen
   *[other] { $count } Rückmeldungen sind offen
  }
feedback-none = Davon gibt es nichts.
feedback-older = Ältere
feedback-newest = Zurück zu den neuesten
feedback-phone = Telefon: { $phone }
feedback-from = { $name } schreibt
feedback-when = Am
feedback-address = Adresse
feedback-telephone = Telefon
feedback-wordless = Ohne weitere Worte.
feedback-handle = Als erledigt markieren
feedback-handle-do = Ist erledigt
feedback-handled-by = Von { $by }, { $at }
feedback-reply = Antwort an den Leser
feedback-reply-help = Sie erscheint in seinem Bericht unter dem Ereignis. Sie darf leer bleiben.
feedback-remark = Interne Bemerkung
feedback-remark-help = Nur Mitarbeitende lesen sie. Sie darf leer bleiben.
feedback-event = Das Ereignis
feedback-event-open = Im Bericht öffnen
feedback-event-gone = Die Dateien des Berichts wurden nach Ablauf der Aufbewahrung entfernt; geblieben ist nur die Rückmeldung.
feedback-said-handled = Die Rückmeldung ist als erledigt markiert.
feedback-said-handled-before = Jemand hatte sie bereits als erledigt markiert; dabei bleibt es.
feedback-on-event = { $name } ({ $address }), { $at }: { $kind }
