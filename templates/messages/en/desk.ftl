# The desk of staff, and operations.

desk-lead = Find a location and its nights, see what was mailed, and set right what was wrong.
desk-find = Find a location
desk-find-what = Ref, name, address, or a contact’s e-mail address
desk-find-do = Find
desk-night-of = Night of
desk-night-bad = This is no date.
desk-mails-to = Mails to { $address }
desk-found = { $count ->
    [one] One location
   *[other] { $count } locations
  }
desk-found-more = { $count } more match; type more of the name.
desk-found-none = No location matches.
desk-no-report = No report yet
desk-mail-lookup = What did they get?
desk-mail-what = E-mail address, Message-ID or the mail’s id

desk-revisions = Revisions
desk-revision = Revision
desk-revision-number = Revision { $number }
desk-night = Night
desk-nights = Nights
desk-state = State
desk-cause = Cause
desk-mails = Mails
desk-mails-none = none
desk-frozen = Frozen
desk-incomplete = incomplete
desk-reports = Reports
desk-reports-more = These are the latest; open a night by its date to go further back.
desk-state-planned = waiting
desk-state-built = built
desk-state-skipped = quiet, not mailed
desk-state-failed = failed
desk-state-held = held
desk-cause-schedule = Schedule
desk-cause-manual = By hand
desk-cause-regenerate = Regenerated

desk-mail-pending = waiting
desk-mail-sending = being sent
desk-mail-sent = sent
desk-mail-deferred = tried again later
desk-mail-failed = failed
desk-mail-bounced = came back
desk-mail-suppressed = suppressed
desk-mail-unknown = fate unknown

desk-night-open = Open the night
desk-night-before = Night before
desk-night-after = Night after
desk-contacts = Contacts
desk-contacts-none = Nobody is notified about this location.
desk-contact-notified = notified
desk-contact-silent = not notified
desk-contact-unsubscribed = unsubscribed: { $at }
desk-contact-fed = corrected; the feed says { $address }
desk-contact-mails = Mails
desk-contact-correct = Correct the address

desk-regenerate = Regenerate this night
desk-regenerate-text = The night is built again from today’s data, as revision { $number }. Nobody is mailed: you see the difference first.
desk-reason = Reason
desk-reason-help = The customer reads it if you send the correction.
desk-reason-kept = Reason (kept on record)
desk-regenerate-do = Build the revision
desk-building = The revision is being built
desk-building-text = This page shows it as soon as it is there.
desk-building-error = The last try: { $error }
desk-look-again = Look again
desk-not-built = There is nothing to open here.
desk-removed = The artifacts of this revision were removed by retention: { $at }

desk-open-report = Open the report
desk-as-readers = What follows is the report as its readers see it.
desk-artifacts = Archived files
desk-artifact = File
desk-bytes = Bytes
desk-difference = What changed
desk-difference-of = From revision { $from } to revision { $to }:
desk-difference-none = Nothing changed: both revisions say the same.
desk-difference-alone = There is no other revision to compare with.
desk-compare = Compare revision { $number } with
desk-compare-do = Compare

desk-send = Send
desk-send-revision = Send revision { $number }
desk-superseded = There is a newer revision: { $number }. Send that one.
desk-test = Test
desk-test-text = One mail, marked TEST, to you at { $address }, and to nobody else.
desk-test-do = Send me a test
desk-readers = Recipients
desk-send-help = Each gets this revision once, at the address shown.
desk-send-some = Send to those selected
desk-send-all = Send to all { $count }
desk-send-none = Everybody has had this revision.

desk-contact-title = Correct the address of { $name }
desk-contact-text = Mails go to the new address from now on. The feed’s record stays as it is, and this stands over it.
desk-contact-now = Mails go to
desk-contact-feeds = The feed says
desk-contact-before = Last corrected by { $by }, { $at }: { $reason }
desk-contact-new = New address
desk-contact-new-help = Leave it empty to go back to the feed’s address.
desk-contact-bad = Give an e-mail address that can be one, and a reason.
desk-contact-no-reason = Say why: the reason is kept with the change.
desk-contact-do = Correct it

desk-mail-to = To
desk-mail-wanted = Wanted
desk-mail-ended = Final
desk-mail-next = Tried next
desk-mail-tries = Tries
desk-mails-nobody = Nobody was mailed about this night.
desk-mails-unknown = No mail is known by this.
desk-mails-more = These are the latest.
desk-tests = Test mails
desk-letters = Letters (sign-in, shares, requests)
desk-letters-text = These hold a link that is for its reader alone, so their text is not kept. A share is sent again from its page; who wants to sign in asks for a new letter.
desk-letter-tries = { $count ->
    [one] tried once
   *[other] tried { $count } times
  }
desk-bounces = Came back
desk-bounce-hard = Refused for good
desk-bounce-soft = Refused for now
desk-bounce-complaint = Reported as unwanted
desk-suppressed-title = Nothing is mailed to { $address }
desk-suppressed-hard-bounce = Since { $since }: a mail came back for good.
desk-suppressed-complaint = Since { $since }: its reader reported a mail as unwanted.
desk-suppressed-soft-bounces = Since { $since }: too many mails came back.
desk-suppressed-manual = Since { $since }: somebody asked for it.
desk-tries = Tries
desk-tries-none = It has not been tried.
desk-try = Try
desk-try-began = Began
desk-try-server = Server
desk-try-reply = Reply
desk-try-took = ms
desk-try-open = under way
desk-outcome-accepted = accepted
desk-outcome-transient = refused for now
desk-outcome-permanent = refused for good
desk-outcome-unknown = unknown
desk-what-they-got = What they got
desk-mail-text = As plain text
desk-mail-source = Save the exact bytes (.eml)
desk-mail-head = All header fields
desk-attached = Attached: { $names }
desk-resend = Send it again
desk-resend-again = Send it again …
desk-resend-failed = { $count ->
    [one] Send the failed mail again
   *[other] Send the { $count } failed mails again
  }
desk-resend-sure = Send this mail to { $address } again?
desk-resend-sent = It was sent already, so it will arrive twice.
desk-resend-unknown = Nobody knows whether it arrived, so it may arrive twice.
desk-resend-same = It is the same message with the same Message-ID.
desk-cancel = Leave it

desk-said-corrected = The address is corrected.
desk-said-reason = Give a reason: the customer reads it.
desk-said-nothing = There was nothing to send again.
desk-said-resent = It is on its way again.
desk-said-no-report = This night has no report yet, so there is none to regenerate.
desk-said-sent = The revision is on its way.
desk-said-nobody = Nobody was selected who has not had this revision.
desk-said-meanwhile = The report changed meanwhile. Look at it, and try again.
desk-said-superseded = There is a newer revision. Send that one.
desk-said-test-sent = The test mail was sent.
desk-said-test-failed = The test mail did not leave. Look up your address to see why.
desk-said-test-waits = The mail server takes its time. Look up your address in a minute to see what became of the test.
desk-said-left = It was left as it is: it is on its way already, or has no message.
desk-said-run = The job runs.
desk-said-run-twice = The job was started a moment ago; it runs once.
desk-said-run-empty = The job selects no location, so there is nothing to run.
desk-said-paused = The job is paused, in every process.
desk-said-paused-before = The job was paused already.
desk-said-resumed = The job is kept again.
desk-said-not-paused = The job was not paused.
desk-said-released = The held report is released; it is built with what there is.
desk-said-not-held = It was not held any more.
desk-said-lifted = The address gets mail again, from the next night on.
desk-said-not-suppressed = The address was not suppressed any more.

ops-live = Live
ops-live-off = No connection; what you see is not current
ops-still = As of the page’s loading; load it again for the current state
ops-at = As of { $at } UTC. Times are UTC where no zone is named.
ops-tile-health = Health faults
ops-tile-workers = Workers alive
ops-tile-queue = Tasks due
ops-tile-waiting = Waiting
ops-tile-held = Held
ops-tile-failed = Failures
ops-jobs = Jobs
ops-jobs-none = jobs.toml has no job.
ops-paused = paused
ops-paused-since = Paused since { $since } by { $by }:
ops-schedule = Schedule
ops-zone = Time zone
ops-zone-own = each location’s own
ops-sites = Locations
ops-deadline = Deadline
ops-next = Next
ops-next-paused = Would come next
ops-next-none = Nothing is coming: it selects no location.
ops-last = Last run: { $at }
ops-runs = Last runs
ops-runs-none = Nothing has run yet.
ops-run = Run
ops-stages = Stages
ops-outcome-running = running
ops-outcome-done = done
ops-outcome-failed = failed
ops-built = { $done } of { $all } done
ops-open = { $count } open
ops-held-count = { $count } held
ops-failed-count = { $count } failed
ops-sent = { $done } of { $all } sent
ops-under-way = { $count } under way
ops-suppressed-count = { $count } suppressed
ops-unsent = { $count } not sent
ops-stage-wait = first report after { $took }
ops-stage-build = building { $took }
ops-stage-mail = mailing { $took }
ops-stage-name-wait = Until the first report
ops-stage-name-build = First to last report
ops-stage-name-mail = First to last mail
ops-time-planned = Planned
ops-time-first-built = First report frozen
ops-time-last-built = Last report frozen
ops-time-first-mail = First mail wanted
ops-time-last-mail = Last mail final
ops-seconds = { $number } s
ops-minutes = { $number } min
ops-hours = { $number } h
ops-days = { $number } d
ops-waiting = Waiting locations
ops-waiting-none = No location is waited for.
ops-wait-error = Could not be built, and is tried again: { $error }
ops-wait-feed = The feed is known up to { $known } and waited for until { $until }
ops-wait-never = The feed has not said how far it is; waited for until { $until }
ops-wait-queue = In the queue
ops-since = for { $took }
ops-held = Held reports
ops-held-none = No report is held.
ops-held-why = The feed is incomplete, and the job wants such reports held
ops-release = Release
ops-failed = Failures of the last three days
ops-failed-none = Nothing failed.
ops-more-waiting = { $count ->
    [one] One more location waits
   *[other] { $count } more locations wait
  }
ops-more-held = { $count ->
    [one] One more held report
   *[other] { $count } more held reports
  }
ops-more-failed = { $count ->
    [one] One more failed report
   *[other] { $count } more failed reports
  }
ops-more-mails = { $count ->
    [one] One more mail
   *[other] { $count } more mails
  }
ops-list-waiting = Waiting locations
ops-list-held = Held reports
ops-list-failed = Failed reports of the last three days
ops-list-mails = Mails of the last three days that did not arrive
ops-list-none = Nothing is left of these.
ops-queue = Queue
ops-lanes = Tasks that are due
ops-lane = Lane
ops-lane-waiting = Waiting
ops-lane-oldest = Oldest
ops-lane-build = Build
ops-lane-deliver = Deliver
ops-lane-house = House and letters
ops-lane-mails = Mails not yet sent
ops-workers = Workers alive
ops-worker = Process
ops-worker-seen = Last seen
ops-workers-none = None: nothing is built or mailed.
ops-suppressed = Suppressed addresses
ops-suppressed-none = No address is suppressed.
ops-lift = Mail it again
ops-health = Health
ops-check-database = Database
ops-check-schema = Schema
ops-check-archive = Archive
ops-check-identity = Identity of the database
ops-alerts = Alerts lately
ops-alerts-none = Nobody was alerted.
ops-channel-mail = by mail
ops-channel-hook = by webhook
ops-waits = Incomplete feeds
ops-waits-send = waited for { $took }, then sent with what there is
ops-waits-hold = waited for { $took }, then held
ops-catch-up = Missed occurrences
ops-catch-up-skip = stay missed
ops-catch-up-latest = the latest runs, if it is no older than { $age }
ops-catch-up-all = all run that are no older than { $age }
ops-run-now = Run now
ops-run-now-text = Builds and mails the last night of each of its { $sites } locations. Reports that stand are neither built nor mailed again. Pressed twice, it runs once.
ops-pause = Pause
ops-pause-text = Until somebody resumes it, no process fires any of its occurrences. What is under way ends; what you run by hand runs.
ops-resume = Resume
ops-resume-text = Its occurrences are fired again.
ops-resume-skip = Those that came during the pause stay missed, except one of the last five minutes.
ops-resume-latest = Of those that came during the pause only the latest runs, if it is no older than { $age }.
ops-resume-all = Those that came during the pause all run if they are no older than { $age }.
ops-pauses = Pauses
ops-pauses-now = now
ops-resumed-by = resumed by { $by }
ops-site = Location
ops-reports-more = These are the first; those that are not well come first.
ops-reports-none = Its reports belong to another run by now, or stood already.
desk-links = Links
desk-links-working = work until { $at }
desk-links-ended = ended on { $at }
desk-links-withdrawn = withdrawn on { $at }
desk-withdraw = Withdraw its links
desk-withdraw-means = The links of this mail lead nowhere from now on, on every process, for whoever holds it. Whoever signs in with its address no longer sees this report, either. The mail itself cannot be taken back. Shares that were made from it have an end of their own.
desk-said-withdrawn = The links of this mail lead nowhere any more.
desk-said-withdrawn-before = They led nowhere before.
desk-said-why = Give a reason: it is kept on record.
