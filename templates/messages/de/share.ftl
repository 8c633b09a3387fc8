# Vorfälle anderen zeigen, Zugang anfragen, die Freigabeliste.

share-title = Teilen
share-help = Jede Person erhält eine E-Mail mit einem eigenen Link. Sie sieht, was Sie hier auswählen, und sonst nichts.
share-which = Vorfälle
share-addresses = An diese Adressen
share-addresses-help = Eine oder viele: jede in einer eigenen Zeile oder durch Komma oder Semikolon getrennt. Höchstens { $most }.
share-note = Nachricht dazu
share-until = Die Links gelten
share-days = { $days ->
    [one] einen Tag
   *[other] { $days } Tage
  }
share-may-comment = Die Empfänger dürfen die Vorfälle kommentieren
share-may-comment-short = mit Kommentaren
share-send = Teilen
share-back = Zurück
share-fault-none = Wählen Sie mindestens einen Vorfall aus.
share-fault-not-yours = { $count ->
    [one] Ein ausgewählter Vorfall wurde ausgelassen: Er gehört zu einem anderen Standort, wurde Ihnen nur gezeigt oder ist nicht mehr da.
   *[other] { $count } ausgewählte Vorfälle wurden ausgelassen: Sie gehören zu einem anderen Standort, wurden Ihnen nur gezeigt oder sind nicht mehr da.
  }
share-fault-most = Auf einmal lassen sich höchstens { $most } Vorfälle teilen. Teilen Sie die übrigen in einem weiteren Schritt.
share-first-of-list = Die Liste zeigt { $count } Vorfälle. Die ersten { $most } sind hier ausgewählt; teilen Sie die übrigen in einem weiteren Schritt, zum Beispiel nach Datum.
share-fault-address = Keine Adresse: { $list }
share-fault-domain = Nach den Regeln des Kontos darf hierhin nichts geteilt werden: { $list }
share-fault-nobody = Geben Sie mindestens eine Adresse ein.
share-fault-many = Das sind mehr als { $most } Adressen. Teilen Sie in mehreren Schritten.
share-fault-note = Die Nachricht ist zu lang.
share-fault-days = Wählen Sie, wie lange die Links gelten.

share-sent-title = Geteilt
share-by-at = Geteilt von { $name }, { $at }
share-ends = endet { $at }
share-who = Mit wem
share-seen = { $all ->
    [one] { $seen ->
        [0] Noch niemand hat es angesehen
       *[other] Der Empfänger hat es angesehen
      }
   *[other] { $seen } von { $all } haben es angesehen
  }
share-address = Adresse
share-letter = E-Mail
share-letter-pending = unterwegs
share-letter-sending = unterwegs
share-letter-sent = gesendet
share-letter-failed = nicht zugestellt
share-letter-unknown = vielleicht gesendet
share-link = Link
share-state-live = gilt bis
share-state-expired = abgelaufen
share-state-revoked = zurückgezogen
share-looks = Aufrufe
share-first = Zuerst
share-last = Zuletzt
share-actions = Aktionen
share-resend = Erneut senden
share-revoke = Zurückziehen
share-revoke-all = Alle Links zurückziehen
share-new-end = Ab heute für
share-end-all = Für alle festlegen
share-gone = Was geteilt wurde, ist entfernt worden.
share-gone-some = { $count ->
    [one] Ein Vorfall wurde nach der vereinbarten Zeit entfernt.
   *[other] { $count } Vorfälle wurden nach der vereinbarten Zeit entfernt.
  }
share-more = { $count ->
    [one] und ein weiterer
   *[other] und { $count } weitere
  }
share-nights = Nächte
share-list-title = Was geteilt wurde
share-received = Mit Ihnen geteilt
share-list-none = Bisher wurde nichts geteilt.
share-shared = Geteilt
share-link-end = Bis

share-open-title = { $name } teilt etwas mit Ihnen
share-open-why = Sie sehen diese Seite, weil { $name } sie über { $brand } mit Ihnen geteilt hat. Der Link ist persönlich.
share-comments = Kommentare
share-comment = Ihr Kommentar
share-comment-send = Kommentieren
share-history = Weitere Vorfälle dieses Falls, die Ihnen vorliegen
share-expired-title = Dieser Link ist abgelaufen
share-revoked-title = Dieser Link wurde zurückgezogen
share-ended-text = Was mit Ihnen geteilt wurde, ist hier nicht mehr zu sehen. Sie können Zugang anfragen; die Antwort kommt per E-Mail an die Adresse, an die der Link ging.
share-your-name = Ihr Name
share-your-address = Ihre E-Mail-Adresse
share-why = Warum Sie es sehen möchten
share-ask = Zugang anfragen
share-ask-help = Sagen Sie, wer Sie sind. Die Zuständigen werden benachrichtigt, und Sie erhalten die Antwort per E-Mail.
share-ask-fault-address = Das ist keine E-Mail-Adresse.
share-ask-fault-name = Geben Sie Ihren Namen ein.
share-asked-title = Zugang wurde angefragt
share-asked-done = Die Zuständigen werden benachrichtigt. Sie erhalten die Antwort per E-Mail.
share-not-given-title = Das wurde nicht mit Ihnen geteilt
share-not-given-text = Diesen Vorfall gibt es nicht, oder er liegt Ihnen nicht vor. Wenn jemand Sie hierher geschickt hat, können Sie Zugang anfragen.

share-letter-subject = { $name } teilt { $count ->
    [one] einen Vorfall
   *[other] { $count } Vorfälle
  } bei { $site } mit Ihnen
share-letter-heading = { $count ->
    [one] Ein Vorfall
   *[other] { $count } Vorfälle
  } bei { $site }
share-letter-heading-nights = { $count ->
    [one] Ein Vorfall
   *[other] { $count } Vorfälle
  } bei { $site }, { $first } bis { $last }
share-letter-text = { $name } möchte, dass Sie dies sehen. Der Link öffnet das Foto, die Fakten und die Aufnahmen.
share-letter-granted-subject = Sie haben jetzt Zugang: { $site }
share-letter-granted-heading = Sie haben jetzt Zugang
share-letter-granted-text = { $name } gibt Ihnen Zugang zu dem, worum Sie gebeten haben. Der Link öffnet das Foto, die Fakten und die Aufnahmen.
share-letter-open = Öffnen
share-letter-until = Der Link gilt bis { $at }.
share-letter-personal = Der Link ist persönlich: Wer ihn hat, kann dies sehen. Bitte geben Sie ihn nicht weiter.
share-asked-subject = { $name } bittet um Zugang: { $site }
share-asked-heading = Jemand bittet um Zugang
share-asked-text = { $name } ({ $address }) möchte einen Vorfall bei { $site } sehen.
share-asked-open = Anfrage ansehen
share-asked-small = Über den Link sehen Sie die Anfrage und können sie einmal bewilligen oder ablehnen. Er gilt 14 Tage.
share-declined-subject = Ihre Anfrage um Zugang
share-declined-heading = Ihre Anfrage wurde abgelehnt
share-declined-text = Die Zuständigen haben Ihre Anfrage abgelehnt. Wenn Sie das für einen Irrtum halten, wenden Sie sich an sie.
share-fresh-subject = Ihr neuer Link: { $site }, Nacht vom { $night }
share-fresh-heading = Ihr neuer Link
share-fresh-text = Sie haben um einen neuen Link zum Bericht von { $site }, Nacht vom { $night }, gebeten. Hier ist er.

share-decide-title = Eine Anfrage um Zugang
share-decide-help = Es geschieht nichts, bevor Sie eine Schaltfläche drücken. Die Person erfährt Ihre Antwort per E-Mail.
share-grant = Bewilligen
share-grant-for = Zugang für
share-decline = Ablehnen
share-done-granted = Der Zugang wurde bewilligt. Die Person erhält einen Link per E-Mail.
share-done-declined = Die Anfrage wurde abgelehnt. Die Person erfährt es per E-Mail.
share-done-answered = Das wurde schon beantwortet.
share-done-refused = Nach den Regeln des Kontos darf mit dieser Adresse nichts geteilt werden.
share-done-gone = Worum gebeten wurde, gibt es nicht mehr.
share-done-link = Der neue Link ist unterwegs.
share-request-open = offen
share-request-granted = bewilligt
share-request-declined = abgelehnt
share-request-decided = beantwortet { $at }
share-requests-title = Anfragen
share-requests-open = Offene Anfragen um Zugang
share-requests-none = Niemand wartet auf eine Antwort.
share-requests-answered = Beantwortet
share-links-title = Wünsche nach einem neuen Link
share-links-none = Niemand wartet auf einen neuen Link.
share-links-what = Was
share-links-asked = Gefragt
share-links-send = Neuen Link senden
share-links-report = Bericht
share-links-pdf = PDF
share-links-incident = Vorfall
share-links-clip = Aufnahme

share-whitelist-title = Wer diesen Standort sehen darf
share-whitelist-help = Diese Personen können sich per E-Mail anmelden, obwohl sie keine Kontakte des Standorts sind.
share-whitelists-help = Wählen Sie einen Standort, um zu sehen, wer ihn einsehen darf, um jemanden zuzulassen oder zu streichen.
share-whitelist-count = { $count ->
    [0] niemand zugelassen
    [one] eine Person zugelassen
   *[other] { $count } Personen zugelassen
  }
share-whitelist-now = Zugelassen
share-whitelist-none = Niemand steht auf der Liste.
share-whitelist-sees = Sieht
share-whitelist-shared = was geteilt wurde
share-whitelist-whole = alles
share-whitelist-since = Seit
share-whitelist-forever = ohne Ende
share-whitelist-end = Ende festlegen
share-whitelist-revoke = Streichen
share-whitelist-add = Jemanden zulassen
share-whitelist-add-do = Zulassen
share-whitelist-past = Beendet
share-whitelist-ended = Beendet
share-why-listed = Warum
