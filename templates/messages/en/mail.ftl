# The night's mail in English. Every key stands in every language with the same variables; a test compares them.

## Counts
count-incidents = { $count ->
    [one] { $count } incident
   *[other] { $count } incidents
}
count-escalated = { $count ->
    [one] { $count } escalated event
   *[other] { $count } escalated events
}
count-interactions = { $count ->
    [one] { $count } interaction
   *[other] { $count } interactions
}
quiet-night = quiet night
case = Case { $number }, { NUMBER($instance, type: "ordinal") ->
    [one] { $instance }st
    [two] { $instance }nd
    [few] { $instance }rd
   *[other] { $instance }th
} time

## Subject and marks
subject-night = night of { $date }
mark-test = TEST
mark-incomplete = INCOMPLETE
mark-late = LATE
mark-correction = CORRECTION

## Opening
preheader-activity = { $detections ->
    [one] { $detections } detection
   *[other] { $detections } detections
}, { $reviewed } reviewed
night-of = Night of { $date }
window = { $from } to { $to }
zone = { $name } ({ $id }, { $offset })
zone-change = The clocks changed during this night, from { $from } to { $to }.
greeting = Good morning, { $name }.
greeting-nobody = Good morning.
lead-quiet = A quiet night: nothing was escalated, and nobody had to be spoken to. Below is what we watched.
lead-quiet-incomplete = Nothing has been reported for this night so far, but our data is incomplete, as noted above.
lead-escalated = { $count ->
    [0] Nothing was escalated this night.
    [one] One event was escalated this night.
   *[other] { $count } events were escalated this night.
}
lead-interactions = { $count ->
    [one] One routine interaction was handled by our operators.
   *[other] { $count } routine interactions were handled by our operators.
}

## Notices
test-lead = This is a test. It was sent to you alone; nothing needs to be done.
late-lead = This report is late.
late-since = It was due on { $due }; our system was not running then.
missing-lead = This report is incomplete.
missing-feed = Your site’s events for this night have not reached us.
missing-feed-after = Events after { $time } have not reached us.
missing-activity = We do not know how much was detected, filtered and reviewed.
missing-clips = { $count ->
    [one] The recording of one clip is missing.
   *[other] The recordings of { $count } clips are missing.
}
missing-photos = { $count ->
    [one] One photo is missing.
   *[other] { $count } photos are missing.
}
correction-lead = This report replaces an earlier one (revision { $revision }).
correction-reason = Reason
correction-by = Requested by
correction-changes = What changed
correction-more = { $count ->
    [one] And one more change.
   *[other] And { $count } more changes.
}
change-added = Added
change-removed = Removed
change-edited = Changed
change-incident = Incident
change-interaction = Interaction
change-transaction = Transaction
change-activity = What was processed
change-completeness = What is missing
field = { $field ->
    [description] description
    [kind] type
    [occurred_at] time
    [started_at] start
    [ended_at] end
    [at] time
    [level] level
    [camera] camera
    [operator] operator
    [notes] notes
    [actions] actions
    [clip] clip
    [clips] clips
    [photo] photo
    [case] case
    [reported_by] reported by
    [transaction] transaction
    [terminal] terminal
    [currency] currency
    [lines] items
    [payment] payment
    [detections] detections
    [filtered] filtered
    [reviewed] reviewed
    [timeline_url] video link
   *[other] { $field }
}

## Summary
summary-heading = What was processed
column-what = Count
column-night = This night
column-average = { $nights ->
    [one] Night before
   *[other] Average of { $nights } nights
}
row-detections = Detections
row-filtered = Filtered out
row-reviewed = Reviewed by a person
row-interactions = Interactions
row-incidents = Incidents
interactions-split = { $normal } routine, { $escalated } escalated
chart-heading = The last eight nights
chart-interactions = Interactions
chart-incidents = Incidents
chart-alt = Bar chart of the last nights. { $nights }.
chart-night = { $day }: { $interactions ->
    [one] { $interactions } interaction
   *[other] { $interactions } interactions
}, { $incidents ->
    [one] { $incidents } incident
   *[other] { $incidents } incidents
}
types-heading = Interactions by type
column-type = Type
column-normal = Routine
column-escalated = Escalated
types-more = { $count ->
    [one] And one more type in the browser version.
   *[other] And { $count } more types in the browser version.
}

## Events
incidents-heading = Incident report
interactions-heading = Routine interactions
level = Level { $level }
reported-by = Reported by { $name }
actions = Actions
actions-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
operator-notes = Operator’s notes
operator = Operator { $name }
transaction-line = { $terminal }: { $paid } paid, { $unpaid } not paid
photo-alt = Photo of the incident at { $time }: { $kind }
photo-missing = Photo not available
photo-elsewhere = The photo is shown in the browser version.
link-share = Open incident
link-timeline = Watch in your app
link-clip = Play clip
link-clip-of = Play clip: { $camera }
link-external = Watch at { $place }
external-password = Password:
external-place = Footage: { $place }
clip-missing = Clip not available
clips-more = { $count ->
    [one] and one more clip
   *[other] and { $count } more clips
}
link-continue = Continue in browser
brief-heading = { $count ->
    [one] One more incident in brief
   *[other] { $count } more incidents in brief
}
more-incidents = { $count ->
    [one] And one more incident in the browser version:
   *[other] And { $count } more incidents in the browser version:
}
more-interactions = { $count ->
    [one] And one more interaction in the browser version:
   *[other] And { $count } more interactions in the browser version:
}
column-time = Time
column-event = Event

## Transactions
transactions-heading = Transaction report
transactions-count = { $count ->
    [0] The incidents of this night, without transactions.
    [one] One transaction, with its items and what was paid.
   *[other] { $count } transactions, with their items and what was paid.
}
transactions-unpaid = Taken without payment: { $amount }
pdf-attached = The report is attached to this mail as a PDF.
pdf-linked = The report opens as a PDF with this link.
link-pdf = Open the PDF

## What was watched
watched-heading = What was watched
cameras-count = { $count ->
    [0] No camera is listed for this site.
    [one] One camera
   *[other] { $count } cameras
}
cameras-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}

## Closing
link-open = Open in browser
footer-why = You receive this mail because you are a notification contact for { $site }.
link-unsubscribe = Stop these mails
footer-support = Questions? { $support }
footer-built = Report of { $built }, revision { $revision }. Times are local to the site.
