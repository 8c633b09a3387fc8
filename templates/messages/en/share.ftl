# Showing incidents to others, asking for access, the whitelist.

share-title = Share
share-help = Each person gets a mail with a link of their own. They see what you choose here, and nothing else.
share-which = Incidents
share-addresses = To these addresses
share-addresses-help = One or many: each on a line of its own, or with commas or semicolons between them. At most { $most }.
share-note = Note to them
share-until = The links work for
share-days = { $days ->
    [one] one day
   *[other] { $days } days
  }
share-may-comment = They may comment on the incidents
share-may-comment-short = may comment
share-send = Share
share-back = Back
share-fault-none = Choose at least one incident.
share-fault-not-yours = { $count ->
    [one] One chosen incident was left out: it is of another location, was only shown to you, or is not there any more.
   *[other] { $count } chosen incidents were left out: they are of another location, were only shown to you, or are not there any more.
  }
share-fault-most = At most { $most } incidents are shared at once. Share the others in another go.
share-first-of-list = The list shows { $count } incidents. The first { $most } of them are chosen here; share the others in another go, for example by their dates.
share-fault-address = Not an address: { $list }
share-fault-domain = The account’s rules let nothing be shared with: { $list }
share-fault-nobody = Enter at least one address.
share-fault-many = That is more than { $most } addresses. Share in several goes.
share-fault-note = The note is too long.
share-fault-days = Choose for how long the links work.

share-sent-title = Shared
share-by-at = Shared by { $name }, { $at }
share-ends = ends { $at }
share-who = With whom
share-seen = { $all ->
    [one] { $seen ->
        [0] Nobody has looked yet
       *[other] The recipient has looked
      }
   *[other] { $seen } of { $all } have looked
  }
share-address = Address
share-letter = Mail
share-letter-pending = on its way
share-letter-sending = on its way
share-letter-sent = sent
share-letter-failed = not delivered
share-letter-unknown = perhaps sent
share-link = Link
share-state-live = works until
share-state-expired = ended
share-state-revoked = withdrawn
share-looks = Looks
share-first = First
share-last = Last
share-actions = Actions
share-resend = Send again
share-revoke = Withdraw
share-revoke-all = Withdraw all links
share-new-end = From today, for
share-end-all = Set for all
share-gone = What was shared has been removed.
share-gone-some = { $count ->
    [one] One incident was kept for the agreed time and has been removed.
   *[other] { $count } incidents were kept for the agreed time and have been removed.
  }
share-more = { $count ->
    [one] and one more
   *[other] and { $count } more
  }
share-nights = Nights
share-list-title = What was shared
share-received = Shared with you
share-list-none = Nothing has been shared yet.
share-shared = Shared
share-link-end = Until

share-open-title = { $name } shares something with you
share-open-why = You see this page because { $name } shared it with you through { $brand }. The link is personal.
share-comments = Comments
share-comment = Your comment
share-comment-send = Comment
share-history = Other incidents of this case that you were given
share-expired-title = This link has expired
share-revoked-title = This link has been withdrawn
share-ended-text = What was shared with you can no longer be seen here. You can ask for access; the answer comes by mail to the address that the link was sent to.
share-your-name = Your name
share-your-address = Your e-mail address
share-why = Why you would like to see it
share-ask = Request access
share-ask-help = Say who you are. Whoever looks after the site is told, and you get the answer by mail.
share-ask-fault-address = That is not an e-mail address.
share-ask-fault-name = Enter your name.
share-asked-title = Access was requested
share-asked-done = Whoever looks after the site is told. You get the answer by mail.
share-not-given-title = This was not shared with you
share-not-given-text = There is no such incident, or it was not given to you. If somebody sent you here, you can ask for access.

share-letter-subject = { $name } shares { $count ->
    [one] an incident
   *[other] { $count } incidents
  } at { $site } with you
share-letter-heading = { $count ->
    [one] An incident
   *[other] { $count } incidents
  } at { $site }
share-letter-heading-nights = { $count ->
    [one] An incident
   *[other] { $count } incidents
  } at { $site }, { $first } to { $last }
share-letter-text = { $name } would like you to see this. The link below opens the photo, the facts and the recordings.
share-letter-granted-subject = You now have access: { $site }
share-letter-granted-heading = You now have access
share-letter-granted-text = { $name } lets you see what you asked for. The link below opens the photo, the facts and the recordings.
share-letter-open = Open
share-letter-until = The link works until { $at }.
share-letter-personal = The link is personal: whoever has it can see this. Please do not pass it on.
share-asked-subject = { $name } asks for access: { $site }
share-asked-heading = Somebody asks for access
share-asked-text = { $name } ({ $address }) would like to see an incident at { $site }.
share-asked-open = See the request
share-asked-small = The link shows the request and lets you grant or decline it, once. It works for 14 days.
share-declined-subject = Your request for access
share-declined-heading = Your request was declined
share-declined-text = Whoever looks after the site has declined your request for access. If you think that this is a mistake, ask them.
share-fresh-subject = Your new link: { $site }, night of { $night }
share-fresh-heading = Your new link
share-fresh-text = You asked for a new link to the report of { $site }, night of { $night }. Here it is.

share-decide-title = A request for access
share-decide-help = Nothing happens until you press a button. The person hears of your answer by mail.
share-grant = Grant
share-grant-for = Access for
share-decline = Decline
share-done-granted = Access was granted. The person gets a link by mail.
share-done-declined = The request was declined. The person hears of it by mail.
share-done-answered = This has been answered already.
share-done-refused = The account’s rules let nothing be shared with this address.
share-done-gone = What was asked for is not there any more.
share-done-link = The new link is on its way.
share-request-open = open
share-request-granted = granted
share-request-declined = declined
share-request-decided = answered { $at }
share-requests-title = Requests
share-requests-open = Open requests for access
share-requests-none = Nobody is waiting for an answer.
share-requests-answered = Answered
share-links-title = Wishes for a new link
share-links-none = Nobody is waiting for a new link.
share-links-what = What
share-links-asked = Asked
share-links-send = Send a new link
share-links-report = report
share-links-pdf = PDF
share-links-incident = incident
share-links-clip = recording

share-whitelist-title = Who may see this location
share-whitelist-help = These people are let in by e-mail sign-in, though they are no contacts of the location.
share-whitelists-help = Choose a location to see who may look at it, to let somebody in, or to take somebody off.
share-whitelist-count = { $count ->
    [0] nobody let in
    [one] one person let in
   *[other] { $count } people let in
  }
share-whitelist-now = Let in
share-whitelist-none = Nobody is on the list.
share-whitelist-sees = Sees
share-whitelist-shared = what was shared
share-whitelist-whole = everything
share-whitelist-since = Since
share-whitelist-forever = no end
share-whitelist-end = Set the end
share-whitelist-revoke = Take off
share-whitelist-add = Let somebody in
share-whitelist-add-do = Let in
share-whitelist-past = Ended
share-whitelist-ended = Ended
share-why-listed = Why
