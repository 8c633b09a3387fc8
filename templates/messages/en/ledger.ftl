# What readers said, at the desk.

feedback-title = What readers said
feedback-lead = Readers of the morning reports write to you under an event. What they wrote stays here until somebody marks it as handled.
feedback-filter = Narrow the list
feedback-about = About
feedback-any = Everything
feedback-location = Location’s ref
feedback-state-open = To be handled
feedback-state-handled = Handled
feedback-state-all = All
feedback-kind-ours = It was one of them
feedback-kind-call = Asks for a call
feedback-kind-wrong = Something in the report is wrong
feedback-kind-other = Something else
feedback-open = to be handled
feedback-handled = Handled
feedback-open-count = { $count ->
    [0] Nothing is waiting to be handled
    [one] One thing that a reader said is to be handled
   *[other] { $count } things that readers said are to be handled
  }
feedback-none = There is nothing of this kind.
feedback-older = Earlier
feedback-newest = Back to the newest
feedback-phone = Telephone: { $phone }
feedback-from = { $name } says
feedback-when = Said
feedback-address = Address
feedback-telephone = Telephone
feedback-wordless = Without further words.
feedback-handle = Mark as handled
feedback-handle-do = It is handled
feedback-handled-by = By { $by }, { $at }
feedback-reply = Answer to the reader
feedback-reply-help = It shows under the event in their report. It may stay empty.
feedback-remark = Remark for the record
feedback-remark-help = Only staff read it. It may stay empty.
feedback-event = The event
feedback-event-open = Open it in the report
feedback-event-gone = The report’s files were removed by retention; what was said is all that is left.
feedback-said-handled = It is marked as handled.
feedback-said-handled-before = Somebody had marked it as handled before; that stands.
feedback-on-event = { $name } ({ $address }), { $at }: { $kind }

# Who opens a shared link, where the account wants the address confirmed.

share-prove-title = Confirm your address
share-prove-text = This was shared with { $address } alone. Enter that address, and a one-time code comes to it.
share-prove-other = You are signed in with { $address }, and this link was sent to another address.
share-prove-help = The address at which the link arrived.
share-prove-do = Send me the code
share-proof-title = Shared links
share-proof-label = Who opens a shared link confirms the address that it was sent to
share-proof-help = A one-time code goes to that address, so that a link that was passed on opens for nobody else. It holds for links that are out already, too. Without it a link opens for whoever has it, and every opening is in the access log.
share-proof-save = Save
