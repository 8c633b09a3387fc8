# Das Berichtsportal: Standorte, ihre Vorfälle, wer hineingesehen hat.

branch-locations = Standorte
branch-suspicious = Bericht über Verdachtsfälle
branch-lists = Listen der Standorte
branch-locations-lead = Alle Standorte, die { $days ->
    [one] am letzten Tag
   *[other] in den letzten { $days } Tagen
  } ausgewertet wurden, mit dem Stand ihres letzten Berichts.
branch-suspicious-lead = Alle Standorte, auch solche, die länger nicht ausgewertet wurden.
branch-skip = Zur Liste springen
branch-branch = Niederlassung
branch-every-branch = Alle Niederlassungen
branch-choose = Anzeigen
branch-status = Die letzten Berichte
branch-red = { $count ->
    [one] Bericht mit Vorfällen
   *[other] Berichte mit Vorfällen
  }
branch-green = { $count ->
    [one] Bericht ohne Vorfälle
   *[other] Berichte ohne Vorfälle
  }
branch-others = { $count ->
    [one] Ein Standort wurde länger nicht ausgewertet.
   *[other] { $count } Standorte wurden länger nicht ausgewertet.
  }
branch-see-all = Alle Standorte anzeigen
branch-find = Standorte suchen
branch-find-incidents = Vorfälle suchen
branch-find-views = Einträge suchen
branch-search = Suche
branch-search-location = Name, Anschrift oder Kennung
branch-search-incident = Art, Beschreibung, Melder oder Kennung
branch-search-view = Person, Gegenstand, Adresse oder Programm
branch-any = Alle
branch-with-incidents = Mit Vorfällen
branch-without-incidents = Ohne Vorfälle
branch-apply = Anzeigen
branch-reset = Alles anzeigen
branch-location-count = { $count ->
    [one] { $count } Standort
   *[other] { $count } Standorte
  }
branch-incident-count = { $count ->
    [0] Keine Vorfälle
    [one] { $count } Vorfall
   *[other] { $count } Vorfälle
  }
branch-list-first = die ersten { $count } von { $total }
branch-set-aside = { $count } ausgenommen
branch-sent = { $sent } von { $all } versandt
branch-never = Nie ausgewertet
branch-not-lately = länger her
branch-incomplete = unvollständig
branch-no-locations = Kein Standort passt dazu.
branch-no-incidents = Keine Vorfälle.
branch-never-reviewed = Zu diesem Standort gibt es noch keinen Bericht.
branch-type-shop = Laden
branch-type-site = Gelände
branch-column-location = Standort
branch-column-type = Art
branch-column-latest = Letzter Bericht
branch-column-incidents = Vorfälle
branch-column-deliveries = Zustellungen
branch-pages = Seiten
branch-previous = Zurück
branch-next = Weiter
branch-older = Ältere Einträge
branch-range = { $first }–{ $last } von { $total }

branch-recent = Letzte Vorfälle
branch-all = Alle Vorfälle
branch-access = Zugriffe
branch-night = Nacht vom { $date }
branch-night-label = Nacht
branch-incidents-label = Vorfälle
branch-address = Anschrift
branch-since = Unter Vertrag seit { $date }. Früheres wird nicht aufgeführt.
branch-report-pdf = Transaktionsbericht (PDF)
branch-list-made = Stand der Liste: { $at }
branch-save = Speichern als
branch-csv-excel = CSV für Excel
branch-from = Von
branch-to = Bis
branch-select = Auswählen
branch-select-one = Auswählen: { $what }, { $at }
branch-column-incident = Kennung
branch-column-occurred = Tatzeit
branch-column-case = Fall
branch-column-instance = Vorkommen
branch-column-kind = Art
branch-column-details = Einzelheiten
branch-column-reported-by = Gemeldet von
branch-column-shared = Mitgeteilt am
branch-column-photo = Foto
branch-column-videos = Videos
branch-column-comments = Kommentare
branch-column-sale = Transaktionsbericht
branch-column-said = Bewertung
branch-instance = { $instance }. Mal
branch-photo-missing = fehlt
branch-not-shared = noch nicht
branch-video-count = { $count ->
    [one] { $count } Video
   *[other] { $count } Videos
  }
branch-comment-count = { $count ->
    [0] Kommentieren
    [one] { $count } Kommentar
   *[other] { $count } Kommentare
  }
branch-sale-open = Öffnen
branch-yes = ja

branch-judge = Ausgewählte Vorfälle bewerten
branch-reason = Wie es sich herausgestellt hat
branch-note = Anmerkung
branch-judge-button = Auf die Auswahl anwenden
branch-share-selection = Auswahl teilen
branch-share-all = { $count ->
    [one] Den einen der Liste teilen
   *[other] Alle { $count } der Liste teilen
  }
branch-share-most = Die ersten { $most } von { $count } teilen
branch-share-none = Wählen Sie mindestens einen Vorfall aus, um ihn zu teilen.
branch-share-refused = Keiner davon lässt sich teilen: Sie wurden Ihnen nur gezeigt.
branch-judge-one = Übernehmen
branch-judge-help = Alle mit Zugang zu diesem Standort sehen die Bewertung; sie lässt sich jederzeit zurücknehmen. Versandte Berichte bleiben, wie sie sind.
branch-judged = { $count ->
    [0] Es hat sich nichts geändert.
    [one] Ein Vorfall wurde bewertet.
   *[other] { $count } Vorfälle wurden bewertet.
  }
branch-said-open = Nicht bewertet
branch-said-aside = Ausgenommen
branch-said-not-a-theft = Kein Diebstahl
branch-said-invalid-theft = Kein gültiger Diebstahl
branch-said-cut-short = Aufnahme zu früh beendet
branch-said-inconclusive = Aufnahme nicht eindeutig
branch-said-restored = Zählt wieder

branch-details = Einzelheiten
branch-share = Teilen
branch-no-videos = Zu diesem Vorfall gibt es keine Aufnahmen.
branch-no-sale = Zu diesem Vorfall gehört keine Transaktion.
branch-not-judged = Diesen Vorfall hat noch niemand bewertet.
branch-no-comments = Noch keine Kommentare.
branch-comment = Ihr Kommentar
branch-comment-button = Kommentar hinzufügen

branch-last-access = Letzter Zugriff
branch-history = Verlauf
branch-times = Aufrufe
branch-never-looked = nie
branch-nobody = Noch niemand hat diesen Standort aufgerufen.
branch-no-views = Kein Eintrag passt dazu.
branch-log-when = Wann
branch-log-person = Wer
branch-log-way = Kam als
branch-log-what = Was
branch-log-subject = Welches
branch-log-origin = Adresse
branch-log-agent = Programm
branch-log-scanner = Mail-Scanner
branch-scanner = wohl ein Mail-Scanner
branch-no-scanners = Ohne Mail-Scanner
branch-only-scanners = Nur Mail-Scanner
branch-way-branch = Team der Niederlassung
branch-way-customer = Kunde
branch-way-link = Link der Mail
branch-way-share = Geteilter Link
branch-way-staff = Auswertung
branch-way-operations = Betrieb
branch-way-whitelist = Freigegeben
branch-way-key = Programm mit Schlüssel
branch-view-page = Seite
branch-view-clip = Aufnahme
branch-view-photo = Foto
branch-view-pdf = PDF
branch-view-export = Export
