# The browser's version of a morning report.

hosted-nights = Other nights of this site
hosted-previous = Previous night:
hosted-next = Next night:
hosted-revisions = What changed in { $count } revisions

hosted-night = The night at a glance
hosted-night-help = Each mark leads to its event.
hosted-night-skip = Skip the drawing
hosted-shape-incident = Incident
hosted-shape-escalated = Escalated
hosted-shape-normal = Routine
hosted-lane-other = Other
hosted-mark = { $count } events, { $span }
hosted-shift = The clocks change here: { $before } → { $after }

hosted-leaves = Pages of the list
hosted-leaf = Page { $number } of { $count }
hosted-leaf-previous = Back
hosted-leaf-next = Next
hosted-leaf-all = Everything on one page, to print

hosted-say = Tell staff about this
hosted-say-help = What you write stands with this event, where the operators and those who look after your site read it.
hosted-kind = What is it about?
hosted-kind-ours = This was one of us, such as a cleaner or a supplier
hosted-kind-call = Please call me
hosted-kind-wrong = Something in the report is wrong
hosted-kind-other = Something else
hosted-text = In your words (may stay empty)
hosted-phone = Telephone (may stay empty)
hosted-send = Send
hosted-back = Back to the report
hosted-fault-kind = Choose what it is about.
hosted-fault-empty = Write what it is about.
hosted-fault-long = The text is too long: { $longest } characters are the most.
hosted-fault-phone = The telephone number may have digits, spaces and + - ( ) / . only.
hosted-fault-much = You have sent a great deal today. Try again tomorrow, or ask those who look after your site.
hosted-said = You told staff on { $at }: { $kind }.
hosted-said-phone = Telephone: { $phone }
hosted-said-seen = Seen by staff on { $at }.
hosted-said-reply = Answer: { $reply }

hosted-revisions-title = Revisions of this report
hosted-revisions-one = You were sent one revision only.
hosted-revision-current = the one you opened
hosted-revision-since = Changed since revision { $revision }
hosted-revision-same = Nothing that this page tells apart.
hosted-revision-more = { $count ->
    [one] And one more change.
   *[other] And { $count } more changes.
  }
hosted-before = before:
hosted-after = now:
