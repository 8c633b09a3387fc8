# Was bekommen hat, wer sich anmeldet: die Nächte eines Standorts mit ihren Berichten; und was daraus wurde
nights-title = Berichte
nights-own = Die Nächte dieses Standorts, die Ihnen gemailt wurden. Jede öffnet den Bericht wie der Link der E-Mail.
nights-all = Alle Nächte dieses Standorts, von denen es einen Bericht gibt. Was Ihnen gemailt wurde, öffnet sich wie aus der E-Mail.
nights-count = { $count ->
    [one] { $count } Nacht
   *[other] { $count } Nächte
  }
nights-interactions = Interaktionen
nights-pdf = Transaktionen
nights-pdf-of = PDF, { $night }
nights-revision = Fassung { $number }
nights-removed = Nicht mehr aufbewahrt
nights-none = Von diesem Standort gibt es noch keinen Bericht.
nights-none-own = Von diesem Standort wurde Ihnen kein Bericht gemailt.
share-not-yours = Sie haben keinen Zugang mehr zu dem, was hier geteilt wurde: Sie können es beenden, aber weder verlängern noch erneut senden.
share-comments-earlier = { $count ->
    [one] Ein früherer Kommentar wird nicht gezeigt.
   *[other] { $count } frühere Kommentare werden nicht gezeigt.
  }
share-links-withdrawn = Zurückgezogen am { $at }
share-links-sure = Der Link wurde mit Absicht zurückgezogen. Trotzdem einen neuen senden?
share-links-send-sure = Ja, neuen Link senden
share-done-sure = Dieser Link wurde zurückgezogen. Bestätigen Sie in seiner Zeile, dass trotzdem ein neuer gesendet werden soll.
