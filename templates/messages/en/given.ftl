# What who signs in was given: the nights of a location with their reports; and what became of what was given
nights-title = Reports
nights-own = The nights of this location that were mailed to you. Each opens the report as the mail’s link does.
nights-all = All nights of this location of which there is a report. Those that were mailed to you open as from the mail.
nights-count = { $count ->
    [one] { $count } night
   *[other] { $count } nights
  }
nights-interactions = Interactions
nights-pdf = Transactions
nights-pdf-of = PDF, { $night }
nights-revision = Revision { $number }
nights-removed = No longer kept
nights-none = There is no report of this location yet.
nights-none-own = No report of this location was mailed to you.
share-not-yours = You no longer have access to what was shared here: you can end it, but neither prolong it nor send it again.
share-comments-earlier = { $count ->
    [one] One earlier comment is not shown.
   *[other] { $count } earlier comments are not shown.
  }
share-links-withdrawn = Withdrawn on { $at }
share-links-sure = The link was withdrawn on purpose. Send a new one all the same?
share-links-send-sure = Yes, send a new link
share-done-sure = This link was withdrawn. Confirm on its row that a new one is to be sent all the same.
