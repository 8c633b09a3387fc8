# Seiten hinter den Links einer E-Mail.

page-night = Nacht vom { $date }
page-window = { $from } – { $to }
page-zone = { $name } ({ $offset })
page-revision = Fassung { $revision }
page-built = Festgehalten: { $at }
page-skip = Zu den Ereignissen springen
page-footer-why = Sie sehen diese Seite, weil eine E-Mail von { $brand } an Sie ihren Link enthielt. Der Link ist persönlich: Wer ihn hat, kann diesen Bericht lesen.
page-footer-until = Der Link gilt bis: { $at }
page-support = Fragen: { $support }

page-incomplete-title = Dieser Bericht ist unvollständig
page-incomplete-feed = Was nach { $until } geschah, ist nicht bekannt: Die Ereignisse des Standorts trafen noch ein.
page-incomplete-feed-never = Der Standort hat nicht mitgeteilt, ob alle Ereignisse eingetroffen sind.
page-incomplete-activity = Was die Kameras in dieser Nacht erkannt haben, wurde nicht gemeldet.
page-incomplete-clip = Eine Aufnahme fehlt: { $what }
page-incomplete-photo = Ein Foto fehlt: { $what }
page-correction-title = Dies ist ein berichtigter Bericht
page-correction-reason = Grund: { $reason }
page-correction-by = Berichtigt von { $by }.
page-correction-changes = Was sich geändert hat
page-newer = Dieser Bericht wurde inzwischen berichtigt: Es gibt eine Fassung { $revision }, die anderes sagen kann.

page-change-incident = Vorfall { $ref }
page-change-interaction = Interaktion { $ref }
page-change-transaction = Transaktion { $ref }
page-change-activity = Was verarbeitet wurde
page-change-completeness = Was fehlt
page-change-added = hinzugekommen
page-change-removed = entfernt
page-change-edited = geändert
page-change-fields = geändert: { $fields }

page-summary = Was verarbeitet wurde
page-detections = Erkennungen
page-filtered = Ausgefiltert
page-reviewed = Geprüft
page-interactions = Interaktionen
page-incidents = Vorfälle
page-usual = üblich { $number }
page-usual-help = „Üblich“ ist { $nights ->
    [one] der Wert der Nacht davor
   *[other] der Durchschnitt der { $nights } Nächte davor
  }.
page-unknown = nicht gemeldet
page-past = Die letzten Nächte
page-past-night = Nacht
page-tonight = diese Nacht
page-types = Interaktionen nach Art
page-type = Art
page-normal = Normal
page-escalated = Eskaliert
page-total = Gesamt
page-quiet-title = Eine ruhige Nacht
page-quiet = Nichts wurde eskaliert, niemand musste eingreifen. Diese Kameras wurden überwacht: { $cameras }.
page-quiet-bare = Nichts wurde eskaliert, niemand musste eingreifen.

page-filter = Ereignisse finden
page-filter-text = Text
page-filter-text-hint = Notizen, Artikel, Operator …
page-filter-camera = Kamera
page-filter-type = Art
page-filter-level = Stufe
page-filter-any = Alle
page-filter-sort = Reihenfolge
page-sort-time = Früheste zuerst
page-sort-latest = Späteste zuerst
page-sort-level = Eskalierte zuerst
page-sort-camera = Nach Kamera
page-sort-type = Nach Art
page-filter-apply = Anzeigen
page-filter-reset = Alles anzeigen
page-count = { $total ->
    [one] { $shown } von { $total } Ereignis
   *[other] { $shown } von { $total } Ereignissen
  }
page-count-none = Kein Ereignis passt. Zeigen Sie wieder alles an, um die ganze Nacht zu sehen.

page-escalations = Eskaliert
page-normals = Normale Interaktionen
page-events = Ereignisse
page-level = Stufe { $level }
page-time = Zeit
page-camera = Kamera
page-operator = Operator
page-reported-by = Gemeldet von
page-case = Fall { $number } · { $instance }. Mal
page-case-tonight = Weitere Vorfälle dieses Falls in dieser Nacht: { $list }.
page-description = Was geschah
page-notes = Notizen des Operators
page-actions = Was getan wurde
page-photo-alt = Foto des Vorfalls um { $time }: { $kind }
page-photo-missing = Das Foto fehlt.
page-clip = Aufnahme
page-clip-play = Aufnahme abspielen
page-clip-open = In eigenem Tab öffnen
page-clip-at = beginnt um { $time }
page-clip-seconds = { $seconds } s
page-clip-missing = Die Aufnahme fehlt.
page-clip-external = Die Aufnahme kann nur außerhalb angesehen werden.
page-clip-external-open = Ansehen bei { $host }
page-clip-password = Passwort: { $password }
page-timeline = Diese Sekunde in Ihrer eigenen App
page-share = Vorfall

page-transactions = Transaktionen
page-transaction = Transaktion an { $terminal }
page-sku = Artikelnr.
page-item = Artikel
page-quantity = Menge
page-price = Preis
page-amount = Betrag
page-paid = bezahlt
page-unpaid = nicht bezahlt
page-status = Status
page-paid-total = Bezahlt
page-unpaid-total = Unbezahlt mitgenommen
page-sum = Summe
page-payment = { $amount } bezahlt ({ $method })
page-payment-card = { $amount } bezahlt ({ $method }, endet auf { $last4 })
page-pdf = Transaktionsbericht (PDF)

page-unsubscribe-title = Diese E-Mails beenden?
page-unsubscribe-text = { $name }, Sie erhalten dann keine Morgenberichte über { $site } mehr per E-Mail. Noch hat sich nichts geändert.
page-unsubscribe-button = E-Mails über { $site } beenden
page-unsubscribed-title = Keine E-Mails mehr über { $site }
page-unsubscribed-since = Vermerkt: { $at }
page-unsubscribed-text = Berichte, die schon unterwegs sind, können noch eintreffen. Um die E-Mails wieder zu erhalten, wenden Sie sich an Ihre Ansprechpartner für den Standort.

page-external-title = Diese Aufnahme kann nur außerhalb angesehen werden
page-external-text = Sie liegt bei ihrem Eigentümer. Öffnen Sie den Link; wird ein Passwort verlangt, steht es hier.

page-asked-title = Ein neuer Link wurde angefordert
page-asked-text = Die Mitarbeiter wissen Bescheid und senden ihn an die Adresse, an die die E-Mail ging. Sie können diese Seite schließen.

fault-link-title = Dieser Link führt nirgendwohin
fault-link-text = Vielleicht wurde er beim Kopieren abgeschnitten. Öffnen Sie ihn direkt aus der E-Mail.
fault-page-title = Diese Seite gibt es nicht
fault-page-text = Öffnen Sie den Link direkt aus der E-Mail.
fault-expired-title = Dieser Link ist abgelaufen
fault-expired-text = Links in E-Mails gelten nur eine begrenzte Zeit. Sie können einen neuen anfordern; die Mitarbeiter senden ihn an die Adresse, an die die E-Mail ging.
fault-revoked-title = Dieser Link wurde zurückgezogen
fault-revoked-text = Er öffnet nichts mehr. Sie können einen neuen anfordern; die Mitarbeiter senden ihn an die Adresse, an die die E-Mail ging.
fault-ask = Neuen Link anfordern
fault-asked = Ein neuer Link wurde angefordert. Die Mitarbeiter senden ihn.
fault-pdf-title = Zu diesem Bericht gehört kein PDF
fault-pdf-text = In dieser Nacht gab es weder Vorfälle noch Transaktionen.
fault-removed-title = Dies wurde gelöscht
fault-removed-text = Es wurde für die vereinbarte Zeit aufbewahrt und am { $date } gelöscht.
fault-clip-title = Diese Aufnahme fehlt
fault-clip-text = Der Bericht nennt sie, aber sie ist nicht oder nicht mehr im Archiv.
fault-photo-title = Dieses Foto fehlt
fault-photo-text = Der Bericht nennt es, aber es ist nicht oder nicht mehr im Archiv.
fault-method-title = Das geht hier nicht
fault-method-text = Öffnen Sie den Link direkt aus der E-Mail.
fault-broken-title = Dies kann gerade nicht angezeigt werden
fault-broken-text = Auf unserer Seite funktioniert etwas nicht. Versuchen Sie es in einigen Minuten erneut; hilft das nicht, wenden Sie sich an Ihre Ansprechpartner für den Standort.
fault-sign-in-title = Bitte melden Sie sich an
fault-sign-in-text = Diese Seite ist nur für angemeldete Personen.
fault-forbidden-title = Dafür sind Sie nicht freigeschaltet
fault-forbidden-text = Ihr Konto umfasst diesen Bereich nicht. Fragen Sie die Person, die Ihr Konto verwaltet.
fault-form-title = Diese Seite war zu lange geöffnet
fault-form-text = Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und wiederholen Sie Ihre Eingabe.
fault-large-title = Das ist zu groß
fault-large-text = Senden Sie weniger auf einmal.
fault-many-title = Zu viele Versuche
fault-many-text = Warten Sie eine Weile und versuchen Sie es dann erneut.

# The navigation of who is signed in
nav-locations = Standorte
nav-shares = Freigaben
nav-whitelist = Zugangsliste
nav-requests = Anfragen
nav-account = Konto
nav-desk = Schreibtisch
nav-operations = Betrieb
nav-audit = Protokoll
nav-me = Sie
nav-out = Abmelden
nav-main = Hauptmenü
nav-menu = Menü
nav-skip = Zum Inhalt springen
