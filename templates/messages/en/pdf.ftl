# The PDF transaction report in English.
pdf-title = Transaction report
pdf-night = Night of
pdf-window = Window
pdf-address = Address
pdf-branch = Branch
pdf-built = Report built
pdf-summary = Summary
pdf-incidents = Incidents
pdf-interactions = Interactions
pdf-transactions = Transactions
pdf-taken-unpaid = Taken unpaid
pdf-paid-items = Paid items
pdf-total = Total
pdf-incomplete = This report is incomplete
pdf-missing-activity = There is no record of what was processed that night.
pdf-missing-feed = The source has not confirmed that all of the night’s events have been sent.
pdf-missing-feed-until = The source has confirmed its events only up to { $until }.
pdf-missing-clip = Clip { $clip } is not in the archive.
pdf-missing-photo = The photo of incident { $incident } is not in the archive.
pdf-correction = Correction of an earlier report
pdf-reason = Reason
pdf-requested-by = Requested by
pdf-changes = Changes
pdf-change =
    { $how ->
        [added] Added
        [removed] Removed
       *[edited] Edited
    }: { $subject ->
        [incident] incident
        [interaction] interaction
        [transaction] transaction
        [activity] processing figures
       *[completeness] completeness
    } { $of }
pdf-more-changes =
    { $count ->
        [one] and { $count } more change
       *[other] and { $count } more changes
    }
pdf-index = Incident index
pdf-no-incidents = No incident was recorded this night.
pdf-incident = Incident
pdf-incident-number = Incident { $number }
pdf-transaction-number = Transaction { $reference }
pdf-case = Case
pdf-case-instance =
    Case { $case }, { NUMBER($instance, type: "ordinal") ->
        [one] { $instance }st time
        [two] { $instance }nd time
        [few] { $instance }rd time
       *[other] { $instance }th time
    }
pdf-go-to = Go to incident { $number }
pdf-time = Time
pdf-type = Type
pdf-page = Page
pdf-page-of = Page { $page } of { $pages }
pdf-revision = Revision { $revision }
pdf-data = Data SHA-256 { $hash }
pdf-occurred = Occurred
pdf-reported-by = Reported by
pdf-reference = Reference
pdf-camera = Camera
pdf-operator = Operator
pdf-level = Level
pdf-handled = Handled
pdf-actions = Actions
pdf-description = Description
pdf-account = Operator’s account
pdf-no-account = The operator left no notes.
pdf-photo-alt = Photo of the incident: { $type }, { $time }
pdf-photo-missing = The photo is not in the archive.
pdf-photo-unreadable = The photo could not be read.
pdf-no-transaction = No transaction belongs to this incident.
pdf-transaction-missing = The transaction of this incident has not been sent.
pdf-other-transactions = Transactions without an incident
pdf-terminal = Terminal
pdf-sku = SKU
pdf-item = Item
pdf-quantity = Quantity
pdf-unit-price = Unit price
pdf-line-total = Total
pdf-status = Status
pdf-paid = Paid
pdf-unpaid = Not paid
pdf-lines =
    { $count ->
        [one] { $count } line
       *[other] { $count } lines
    }
pdf-payment = Payment
pdf-no-payment = none
pdf-card = { $method }, ending in { $last4 }
pdf-overpaid = Paid in excess
pdf-underpaid = Still owed on paid items
