# Der Arbeitsplatz der Leitstelle, und der Betrieb.

desk-lead = Standorte und ihre Nächte finden, sehen, was verschickt wurde, und richtigstellen, was falsch war.
desk-find = Standort finden
desk-find-what = Kennung, Name, Anschrift oder E-Mail-Adresse eines Kontakts
desk-find-do = Suchen
desk-night-of = Nacht vom
desk-night-bad = Das ist kein Datum.
desk-mails-to = E-Mails an { $address }
desk-found = { $count ->
    [one] Ein Standort
   *[other] { $count } Standorte
  }
desk-found-more = { $count } weitere passen; geben Sie mehr vom Namen ein.
desk-found-none = Kein Standort passt.
desk-no-report = Noch kein Bericht
desk-mail-lookup = Was haben sie bekommen?
desk-mail-what = E-Mail-Adresse, Message-ID oder Kennung der E-Mail

desk-revisions = Fassungen
desk-revision = Fassung
desk-revision-number = Fassung { $number }
desk-night = Nacht
desk-nights = Nächte
desk-state = Stand
desk-cause = Anlass
desk-mails = E-Mails
desk-mails-none = keine
desk-frozen = Festgehalten
desk-incomplete = unvollständig
desk-reports = Berichte
desk-reports-more = Das sind die neuesten; für frühere öffnen Sie eine Nacht über ihr Datum.
desk-state-planned = wartet
desk-state-built = fertig
desk-state-skipped = ruhig, nicht verschickt
desk-state-failed = gescheitert
desk-state-held = zurückgehalten
desk-cause-schedule = Zeitplan
desk-cause-manual = Von Hand
desk-cause-regenerate = Neu erstellt

desk-mail-pending = wartet
desk-mail-sending = wird verschickt
desk-mail-sent = verschickt
desk-mail-deferred = wird später versucht
desk-mail-failed = gescheitert
desk-mail-bounced = zurückgekommen
desk-mail-suppressed = gesperrt
desk-mail-unknown = Verbleib unbekannt

desk-night-open = Nacht öffnen
desk-night-before = Nacht davor
desk-night-after = Nacht danach
desk-contacts = Kontakte
desk-contacts-none = Über diesen Standort wird niemand benachrichtigt.
desk-contact-notified = wird benachrichtigt
desk-contact-silent = wird nicht benachrichtigt
desk-contact-unsubscribed = abgemeldet: { $at }
desk-contact-fed = berichtigt; geliefert wurde { $address }
desk-contact-mails = E-Mails
desk-contact-correct = Adresse berichtigen

desk-regenerate = Diese Nacht neu erstellen
desk-regenerate-text = Die Nacht wird aus den heutigen Daten noch einmal erstellt, als Fassung { $number }. Niemand bekommt eine E-Mail: Sie sehen zuerst, was sich geändert hat.
desk-reason = Grund
desk-reason-help = Der Kunde liest ihn, wenn Sie die Korrektur verschicken.
desk-reason-kept = Grund (wird festgehalten)
desk-regenerate-do = Fassung erstellen
desk-building = Die Fassung wird erstellt
desk-building-text = Diese Seite zeigt sie, sobald sie da ist.
desk-building-error = Der letzte Versuch: { $error }
desk-look-again = Noch einmal nachsehen
desk-not-built = Hier gibt es nichts zu öffnen.
desk-removed = Die Dateien dieser Fassung wurden nach Ablauf der Aufbewahrung gelöscht: { $at }

desk-open-report = Bericht öffnen
desk-as-readers = Es folgt der Bericht, wie ihn seine Leser sehen.
desk-artifacts = Archivierte Dateien
desk-artifact = Datei
desk-bytes = Bytes
desk-difference = Was sich geändert hat
desk-difference-of = Von Fassung { $from } zu Fassung { $to }:
desk-difference-none = Nichts: Beide Fassungen sagen dasselbe.
desk-difference-alone = Es gibt keine andere Fassung zum Vergleich.
desk-compare = Fassung { $number } vergleichen mit
desk-compare-do = Vergleichen

desk-send = Verschicken
desk-send-revision = Fassung { $number } verschicken
desk-superseded = Es gibt eine neuere Fassung: { $number }. Verschicken Sie diese.
desk-test = Probe
desk-test-text = Eine E-Mail mit der Aufschrift TEST an Sie selbst ({ $address }) und an niemanden sonst.
desk-test-do = Probe an mich
desk-readers = Empfänger
desk-send-help = Jeder bekommt diese Fassung einmal, an die angezeigte Adresse.
desk-send-some = An die Ausgewählten
desk-send-all = An alle { $count }
desk-send-none = Alle haben diese Fassung bekommen.

desk-contact-title = Adresse von { $name } berichtigen
desk-contact-text = Ab jetzt gehen E-Mails an die neue Adresse. Die gelieferten Angaben bleiben, wie sie sind; diese hat Vorrang.
desk-contact-now = E-Mails gehen an
desk-contact-feeds = Geliefert wurde
desk-contact-before = Zuletzt berichtigt von { $by }, { $at }: { $reason }
desk-contact-new = Neue Adresse
desk-contact-new-help = Leer lassen, um zur gelieferten Adresse zurückzukehren.
desk-contact-bad = Geben Sie eine mögliche E-Mail-Adresse und einen Grund an.
desk-contact-no-reason = Bitte einen Grund angeben: Er wird mit der Änderung aufbewahrt.
desk-contact-do = Berichtigen

desk-mail-to = An
desk-mail-wanted = Gewünscht
desk-mail-ended = Abgeschlossen
desk-mail-next = Nächster Versuch
desk-mail-tries = Versuche
desk-mails-nobody = Zu dieser Nacht wurde niemandem geschrieben.
desk-mails-unknown = Dazu ist keine E-Mail bekannt.
desk-mails-more = Das sind die neuesten.
desk-tests = Proben
desk-letters = Schreiben (Anmeldung, Freigaben, Anfragen)
desk-letters-text = Sie enthalten einen Link, der nur für die Empfängerin oder den Empfänger ist, deshalb wird ihr Text nicht aufbewahrt. Eine Freigabe wird auf ihrer Seite erneut gesendet; wer sich anmelden möchte, fordert ein neues Schreiben an.
desk-letter-tries = { $count ->
    [one] einmal versucht
   *[other] { $count }-mal versucht
  }
desk-bounces = Zurückgekommen
desk-bounce-hard = Endgültig abgewiesen
desk-bounce-soft = Vorläufig abgewiesen
desk-bounce-complaint = Als unerwünscht gemeldet
desk-suppressed-title = An { $address } wird nichts verschickt
desk-suppressed-hard-bounce = Seit { $since }: Eine E-Mail kam endgültig zurück.
desk-suppressed-complaint = Seit { $since }: Der Empfänger meldete eine E-Mail als unerwünscht.
desk-suppressed-soft-bounces = Seit { $since }: Zu viele E-Mails kamen zurück.
desk-suppressed-manual = Seit { $since }: Jemand hat darum gebeten.
desk-tries = Versuche
desk-tries-none = Es gab noch keinen Versuch.
desk-try = Versuch
desk-try-began = Begonnen
desk-try-server = Server
desk-try-reply = Antwort
desk-try-took = ms
desk-try-open = läuft
desk-outcome-accepted = angenommen
desk-outcome-transient = vorläufig abgewiesen
desk-outcome-permanent = endgültig abgewiesen
desk-outcome-unknown = unbekannt
desk-what-they-got = Was sie bekommen haben
desk-mail-text = Als reiner Text
desk-mail-source = Genauen Wortlaut speichern (.eml)
desk-mail-head = Alle Kopfzeilen
desk-attached = Angehängt: { $names }
desk-resend = Noch einmal verschicken
desk-resend-again = Noch einmal verschicken …
desk-resend-failed = { $count ->
    [one] Die gescheiterte E-Mail noch einmal verschicken
   *[other] Die { $count } gescheiterten E-Mails noch einmal verschicken
  }
desk-resend-sure = Diese E-Mail noch einmal an { $address } verschicken?
desk-resend-sent = Sie wurde schon verschickt und kommt dann zweimal an.
desk-resend-unknown = Niemand weiß, ob sie angekommen ist; sie kommt vielleicht zweimal an.
desk-resend-same = Es ist dieselbe Nachricht mit derselben Message-ID.
desk-cancel = Lieber nicht

desk-said-corrected = Die Adresse ist berichtigt.
desk-said-reason = Nennen Sie einen Grund: Der Kunde liest ihn.
desk-said-nothing = Es gab nichts noch einmal zu verschicken.
desk-said-resent = Sie ist wieder unterwegs.
desk-said-no-report = Diese Nacht hat noch keinen Bericht, der neu erstellt werden könnte.
desk-said-sent = Die Fassung ist unterwegs.
desk-said-nobody = Es war niemand ausgewählt, der diese Fassung noch nicht hat.
desk-said-meanwhile = Der Bericht hat sich inzwischen geändert. Sehen Sie ihn an und versuchen Sie es noch einmal.
desk-said-superseded = Es gibt eine neuere Fassung. Verschicken Sie diese.
desk-said-test-sent = Die Probe wurde verschickt.
desk-said-test-failed = Die Probe ging nicht hinaus. Schlagen Sie Ihre Adresse nach, um zu sehen, warum.
desk-said-test-waits = Der Mailserver lässt sich Zeit. Schlagen Sie in einer Minute Ihre Adresse nach, um zu sehen, was daraus wurde.
desk-said-left = Sie blieb, wie sie ist: Sie ist schon unterwegs oder hat keinen Inhalt.
desk-said-run = Der Auftrag läuft.
desk-said-run-twice = Der Auftrag wurde eben erst gestartet; er läuft einmal.
desk-said-run-empty = Der Auftrag umfasst keinen Standort; es gibt nichts zu tun.
desk-said-paused = Der Auftrag pausiert, in jedem Prozess.
desk-said-paused-before = Der Auftrag pausierte schon.
desk-said-resumed = Der Auftrag wird wieder eingehalten.
desk-said-not-paused = Der Auftrag pausierte nicht.
desk-said-released = Der Bericht ist freigegeben; er wird mit dem erstellt, was da ist.
desk-said-not-held = Er wurde nicht mehr zurückgehalten.
desk-said-lifted = Die Adresse bekommt wieder E-Mails, von der nächsten Nacht an.
desk-said-not-suppressed = Die Adresse war nicht mehr gesperrt.

ops-live = Aktuell
ops-live-off = Keine Verbindung; was Sie sehen, ist nicht aktuell
ops-still = Stand beim Laden der Seite; laden Sie neu für den aktuellen Stand
ops-at = Stand: { $at } UTC. Wo keine Zeitzone steht, sind Zeiten in UTC.
ops-tile-health = Störungen
ops-tile-workers = Prozesse bei der Arbeit
ops-tile-queue = Fällige Aufgaben
ops-tile-waiting = Warten
ops-tile-held = Zurückgehalten
ops-tile-failed = Gescheitert
ops-jobs = Aufträge
ops-jobs-none = jobs.toml enthält keinen Auftrag.
ops-paused = pausiert
ops-paused-since = Pausiert seit { $since } durch { $by }:
ops-schedule = Zeitplan
ops-zone = Zeitzone
ops-zone-own = die des Standorts
ops-sites = Standorte
ops-deadline = Frist
ops-next = Nächster Lauf
ops-next-paused = Wäre als Nächstes
ops-next-none = Es kommt nichts: Der Auftrag umfasst keinen Standort.
ops-last = Letzter Lauf: { $at }
ops-runs = Letzte Läufe
ops-runs-none = Noch ist nichts gelaufen.
ops-run = Lauf
ops-stages = Schritte
ops-outcome-running = läuft
ops-outcome-done = erledigt
ops-outcome-failed = gescheitert
ops-built = { $done } von { $all } fertig
ops-open = { $count } offen
ops-held-count = { $count } zurückgehalten
ops-failed-count = { $count } gescheitert
ops-sent = { $done } von { $all } verschickt
ops-under-way = { $count } unterwegs
ops-suppressed-count = { $count } gesperrt
ops-unsent = { $count } nicht verschickt
ops-stage-wait = erster Bericht nach { $took }
ops-stage-build = Erstellen { $took }
ops-stage-mail = Versand { $took }
ops-stage-name-wait = Bis zum ersten Bericht
ops-stage-name-build = Erster bis letzter Bericht
ops-stage-name-mail = Erste bis letzte E-Mail
ops-time-planned = Geplant
ops-time-first-built = Erster Bericht fertig
ops-time-last-built = Letzter Bericht fertig
ops-time-first-mail = Erste E-Mail gewünscht
ops-time-last-mail = Letzte E-Mail abgeschlossen
ops-seconds = { $number } s
ops-minutes = { $number } min
ops-hours = { $number } h
ops-days = { $number } T
ops-waiting = Wartende Standorte
ops-waiting-none = Auf keinen Standort wird gewartet.
ops-wait-error = Ließ sich nicht erstellen und wird wieder versucht: { $error }
ops-wait-feed = Daten sind bis { $known } da; gewartet wird bis { $until }
ops-wait-never = Der Lieferant hat nicht gesagt, wie weit er ist; gewartet wird bis { $until }
ops-wait-queue = In der Warteschlange
ops-since = seit { $took }
ops-held = Zurückgehaltene Berichte
ops-held-none = Kein Bericht wird zurückgehalten.
ops-held-why = Die Daten sind unvollständig, und der Auftrag hält solche Berichte zurück
ops-release = Freigeben
ops-failed = Gescheitertes der letzten drei Tage
ops-failed-none = Nichts ist gescheitert.
ops-more-waiting = { $count ->
    [one] Noch ein Standort wartet
   *[other] { $count } weitere Standorte warten
  }
ops-more-held = { $count ->
    [one] Noch ein zurückgehaltener Bericht
   *[other] { $count } weitere zurückgehaltene Berichte
  }
ops-more-failed = { $count ->
    [one] Noch ein gescheiterter Bericht
   *[other] { $count } weitere gescheiterte Berichte
  }
ops-more-mails = { $count ->
    [one] Noch eine E-Mail
   *[other] { $count } weitere E-Mails
  }
ops-list-waiting = Wartende Standorte
ops-list-held = Zurückgehaltene Berichte
ops-list-failed = Gescheiterte Berichte der letzten drei Tage
ops-list-mails = E-Mails der letzten drei Tage, die nicht angekommen sind
ops-list-none = Davon ist nichts mehr übrig.
ops-queue = Warteschlange
ops-lanes = Fällige Aufgaben
ops-lane = Spur
ops-lane-waiting = Warten
ops-lane-oldest = Älteste
ops-lane-build = Erstellen
ops-lane-deliver = Verschicken
ops-lane-house = Haus und Schreiben
ops-lane-mails = Noch nicht verschickte E-Mails
ops-workers = Prozesse bei der Arbeit
ops-worker = Prozess
ops-worker-seen = Zuletzt gesehen
ops-workers-none = Keiner: Nichts wird erstellt oder verschickt.
ops-suppressed = Gesperrte Adressen
ops-suppressed-none = Keine Adresse ist gesperrt.
ops-lift = Wieder anschreiben
ops-health = Zustand
ops-check-database = Datenbank
ops-check-schema = Schema
ops-check-archive = Archiv
ops-check-identity = Identität der Datenbank
ops-alerts = Letzte Warnungen
ops-alerts-none = Niemand wurde gewarnt.
ops-channel-mail = per E-Mail
ops-channel-hook = per Webhook
ops-waits = Unvollständige Daten
ops-waits-send = { $took } wird gewartet, dann mit dem verschickt, was da ist
ops-waits-hold = { $took } wird gewartet, dann zurückgehalten
ops-catch-up = Verpasste Termine
ops-catch-up-skip = bleiben verpasst
ops-catch-up-latest = der letzte läuft, wenn er nicht älter als { $age } ist
ops-catch-up-all = alle laufen, die nicht älter als { $age } sind
ops-run-now = Jetzt starten
ops-run-now-text = Erstellt und verschickt die letzte Nacht jedes der { $sites } Standorte. Berichte, die es schon gibt, werden weder neu erstellt noch noch einmal verschickt. Zweimal gedrückt läuft er einmal.
ops-pause = Pausieren
ops-pause-text = Bis ihn jemand fortsetzt, löst kein Prozess einen seiner Termine aus. Was läuft, läuft zu Ende; was Sie von Hand starten, läuft.
ops-resume = Fortsetzen
ops-resume-text = Seine Termine werden wieder ausgelöst.
ops-resume-skip = Was in die Pause fiel, bleibt verpasst, außer einem Termin der letzten fünf Minuten.
ops-resume-latest = Von dem, was in die Pause fiel, läuft nur der letzte Termin, wenn er nicht älter als { $age } ist.
ops-resume-all = Was in die Pause fiel, läuft alles, wenn es nicht älter als { $age } ist.
ops-pauses = Pausen
ops-pauses-now = jetzt
ops-resumed-by = fortgesetzt von { $by }
ops-site = Standort
ops-reports-more = Das sind die ersten; was nicht gut ist, steht oben.
ops-reports-none = Seine Berichte gehören inzwischen zu einem anderen Lauf oder standen schon.
desk-links = Links
desk-links-working = führen ans Ziel bis { $at }
desk-links-ended = abgelaufen am { $at }
desk-links-withdrawn = zurückgezogen am { $at }
desk-withdraw = Links zurückziehen
desk-withdraw-means = Die Links dieser E-Mail führen ab sofort nirgendwohin, in jedem Prozess, wer immer sie hat. Auch wer sich mit ihrer Adresse anmeldet, sieht diesen Bericht nicht mehr. Die E-Mail selbst lässt sich nicht zurückholen. Was aus ihr geteilt wurde, hat ein eigenes Ende.
desk-said-withdrawn = Die Links dieser E-Mail führen nirgendwohin mehr.
desk-said-withdrawn-before = Sie führten schon nirgendwohin mehr.
desk-said-why = Nennen Sie einen Grund: Er wird festgehalten.
