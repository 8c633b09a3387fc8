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

# Who opens a shared link, where the account wants the address confirmed.

share-prove-title = Bestätigen Sie Ihre Adresse
share-prove-text = Dies wurde nur mit { $address } geteilt. Geben Sie diese Adresse ein, dann kommt dorthin ein Einmalcode.
share-prove-other = Sie sind mit { $address } angemeldet; dieser Link ging an eine andere Adresse.
share-prove-help = Die Adresse, an der der Link ankam.
share-prove-do = Code zusenden
share-proof-title = Geteilte Links
share-proof-label = Wer einen geteilten Link öffnet, bestätigt die Adresse, an die er ging
share-proof-help = An diese Adresse geht ein Einmalcode, sodass ein weitergereichter Link sich für niemand anderen öffnet. Das gilt auch für Links, die schon verschickt sind. Ohne diese Bestätigung öffnet sich ein Link für jeden, der ihn hat; jedes Öffnen steht im Zugriffsprotokoll.
share-proof-save = Speichern
