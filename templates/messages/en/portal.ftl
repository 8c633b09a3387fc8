# Pages behind a mail's links.

page-night = Night of { $date }
page-window = { $from } – { $to }
page-zone = { $name } ({ $offset })
page-revision = Revision { $revision }
page-built = Frozen: { $at }
page-skip = Skip to the events
page-footer-why = You see this page because a mail of { $brand } to you carried its link. The link is personal: whoever has it can read this report.
page-footer-until = The link works until: { $at }
page-support = Questions: { $support }

page-incomplete-title = This report is incomplete
page-incomplete-feed = Nothing is known of what came after { $until }: the site’s events were still arriving.
page-incomplete-feed-never = The site has not said whether all its events have arrived.
page-incomplete-activity = What the cameras detected that night was not reported.
page-incomplete-clip = A recording is missing: { $what }
page-incomplete-photo = A photo is missing: { $what }
page-correction-title = This is a corrected report
page-correction-reason = Reason: { $reason }
page-correction-by = Corrected by { $by }.
page-correction-changes = What changed
page-newer = This report has been corrected since: there is a revision { $revision }, and it may say something else.

page-change-incident = Incident { $ref }
page-change-interaction = Interaction { $ref }
page-change-transaction = Transaction { $ref }
page-change-activity = What was processed
page-change-completeness = What is missing
page-change-added = added
page-change-removed = removed
page-change-edited = changed
page-change-fields = changed: { $fields }

page-summary = What was processed
page-detections = Detections
page-filtered = Filtered out
page-reviewed = Reviewed
page-interactions = Interactions
page-incidents = Incidents
page-usual = usually { $number }
page-usual-help = “Usually” is the average of { $nights ->
    [one] the night before
   *[other] the { $nights } nights before
  }.
page-unknown = not reported
page-past = The last nights
page-past-night = Night
page-tonight = this night
page-types = Interactions by type
page-type = Type
page-normal = Routine
page-escalated = Escalated
page-total = Total
page-quiet-title = A quiet night
page-quiet = Nothing was escalated and nobody had to step in. These cameras were watched: { $cameras }.
page-quiet-bare = Nothing was escalated and nobody had to step in.

page-filter = Find events
page-filter-text = Text
page-filter-text-hint = Notes, item, operator …
page-filter-camera = Camera
page-filter-type = Type
page-filter-level = Level
page-filter-any = All
page-filter-sort = Order
page-sort-time = Earliest first
page-sort-latest = Latest first
page-sort-level = Escalated first
page-sort-camera = By camera
page-sort-type = By type
page-filter-apply = Show
page-filter-reset = Show everything
page-count = { $total ->
    [one] { $shown } of { $total } event
   *[other] { $shown } of { $total } events
  }
page-count-none = No event matches. Show everything again to see the whole night.

page-escalations = Escalated
page-normals = Routine interactions
page-events = Events
page-level = Level { $level }
page-time = Time
page-camera = Camera
page-operator = Operator
page-reported-by = Reported by
page-case = Case { $number } · { NUMBER($instance, type: "ordinal") ->
    [one] { $instance }st time
    [two] { $instance }nd time
    [few] { $instance }rd time
   *[other] { $instance }th time
  }
page-case-tonight = Other incidents of this case that night: { $list }.
page-description = What happened
page-notes = Operator’s notes
page-actions = What was done
page-photo-alt = Photo of the incident at { $time }: { $kind }
page-photo-missing = The photo is missing.
page-clip = Recording
page-clip-play = Play the recording
page-clip-open = Open in a tab of its own
page-clip-at = begins { $time }
page-clip-seconds = { $seconds } s
page-clip-missing = The recording is missing.
page-clip-external = The recording can only be viewed outside.
page-clip-external-open = View it at { $host }
page-clip-password = Password: { $password }
page-timeline = See this second in your own app
page-share = Incident

page-transactions = Transactions
page-transaction = Transaction at { $terminal }
page-sku = Item no.
page-item = Item
page-quantity = Quantity
page-price = Price
page-amount = Amount
page-paid = paid
page-unpaid = not paid
page-status = Status
page-paid-total = Paid
page-unpaid-total = Taken unpaid
page-sum = Total
page-payment = Paid { $amount } by { $method }
page-payment-card = Paid { $amount } by { $method } ending in { $last4 }
page-pdf = Transaction report (PDF)

page-unsubscribe-title = Stop these mails?
page-unsubscribe-text = { $name }, you will get no more morning reports about { $site } by mail. Nothing has changed yet.
page-unsubscribe-button = Stop the mails about { $site }
page-unsubscribed-title = No more mails about { $site }
page-unsubscribed-since = Recorded: { $at }
page-unsubscribed-text = Reports that are on their way may still arrive. To get the mails again, ask those who look after your site.

page-external-title = This recording can only be viewed outside
page-external-text = Its owner keeps it. Open the link below; if a password is asked for, it is shown here.

page-asked-title = A new link was asked for
page-asked-text = Staff have been told and will send it to the address that the mail went to. You can close this page.

fault-link-title = This link leads nowhere
fault-link-text = It may have been cut off when it was copied. Open it from the mail itself.
fault-page-title = There is no such page
fault-page-text = Open the link from the mail itself.
fault-expired-title = This link has expired
fault-expired-text = Links in mails work for a limited time. You can ask for a new one; staff will send it to the address that the mail went to.
fault-revoked-title = This link has been withdrawn
fault-revoked-text = It no longer opens anything. You can ask for a new one; staff will send it to the address that the mail went to.
fault-ask = Ask for a new link
fault-asked = A new link has been asked for. Staff will send it.
fault-pdf-title = No PDF belongs to this report
fault-pdf-text = There were neither incidents nor transactions that night.
fault-removed-title = This has been removed
fault-removed-text = It was kept for the agreed time and removed by retention on { $date }.
fault-clip-title = This recording is missing
fault-clip-text = The report names it, but it is not in the archive, or not any more.
fault-photo-title = This photo is missing
fault-photo-text = The report names it, but it is not in the archive, or not any more.
fault-method-title = This cannot be done here
fault-method-text = Open the link from the mail itself.
fault-broken-title = This cannot be shown at the moment
fault-broken-text = Something on our side does not work. Try again in a few minutes; if that does not help, tell those who look after your site.
fault-sign-in-title = Please sign in
fault-sign-in-text = This page is for people who are signed in.
fault-forbidden-title = This is not open to you
fault-forbidden-text = Your account does not include this. Ask whoever manages your account.
fault-form-title = This page was open for too long
fault-form-text = Nothing was changed. Go back, load the page again, and repeat what you did.
fault-large-title = This is too large
fault-large-text = Send less at once.
fault-many-title = Too many tries
fault-many-text = Wait a while, then try again.

# The navigation of who is signed in
nav-locations = Locations
nav-shares = Shares
nav-whitelist = Whitelist
nav-requests = Requests
nav-account = Account
nav-desk = Desk
nav-operations = Operations
nav-audit = Audit log
nav-me = You
nav-out = Sign out
nav-main = Main
nav-menu = Menu
nav-skip = Skip to the content
