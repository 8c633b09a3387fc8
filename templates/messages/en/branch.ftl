# The report portal: locations, their incidents, who looked.

branch-locations = Locations
branch-suspicious = Suspicious incidents report
branch-lists = Lists of locations
branch-locations-lead = Every location reviewed in the last { $days ->
    [one] day
   *[other] { $days } days
  }, with what its latest report says.
branch-suspicious-lead = Every location, also those that have not been reviewed lately.
branch-skip = Skip to the list
branch-branch = Branch
branch-every-branch = All branches
branch-choose = Show
branch-status = The latest reports
branch-red = { $count ->
    [one] report with incidents
   *[other] reports with incidents
  }
branch-green = { $count ->
    [one] report without incidents
   *[other] reports without incidents
  }
branch-others = { $count ->
    [one] One location has not been reviewed lately.
   *[other] { $count } locations have not been reviewed lately.
  }
branch-see-all = Show every location
branch-find = Find locations
branch-find-incidents = Find incidents
branch-find-views = Find entries
branch-search = Search
branch-search-location = Name, address or reference
branch-search-incident = Type, description, reporter or reference
branch-search-view = Person, subject, address or program
branch-any = All
branch-with-incidents = With incidents
branch-without-incidents = Without incidents
branch-apply = Show
branch-reset = Show everything
branch-location-count = { $count ->
    [one] { $count } location
   *[other] { $count } locations
  }
branch-incident-count = { $count ->
    [0] No incidents
    [one] { $count } incident
   *[other] { $count } incidents
  }
branch-list-first = the first { $count } of { $total }
branch-set-aside = { $count } set aside
branch-sent = { $sent } of { $all } sent
branch-never = Never reviewed
branch-not-lately = not lately
branch-incomplete = incomplete
branch-no-locations = No location matches.
branch-no-incidents = No incident to show.
branch-never-reviewed = There is no report of this location yet.
branch-type-shop = Shop
branch-type-site = Site
branch-column-location = Location
branch-column-type = Type
branch-column-latest = Latest report
branch-column-incidents = Incidents
branch-column-deliveries = Deliveries
branch-pages = Pages
branch-previous = Previous
branch-next = Next
branch-older = Older entries
branch-range = { $first }–{ $last } of { $total }

branch-recent = Recent incidents
branch-all = All incidents
branch-access = Access log
branch-night = Night of { $date }
branch-night-label = Night
branch-incidents-label = Incidents
branch-address = Address
branch-since = On an active plan since { $date }. What was before is not listed.
branch-report-pdf = Transaction report (PDF)
branch-list-made = Listed: { $at }
branch-save = Save as
branch-csv-excel = CSV for Excel
branch-from = From
branch-to = To
branch-select = Select
branch-select-one = Select: { $what }, { $at }
branch-column-incident = Reference
branch-column-occurred = Incident date
branch-column-case = Case
branch-column-instance = Instance
branch-column-kind = Type
branch-column-details = Details
branch-column-reported-by = Reported by
branch-column-shared = Date shared
branch-column-photo = Photo
branch-column-videos = Videos
branch-column-comments = Comments
branch-column-sale = Transaction report
branch-column-said = Assessment
branch-instance = { NUMBER($instance, type: "ordinal") ->
    [one] { $instance }st time
    [two] { $instance }nd time
    [few] { $instance }rd time
   *[other] { $instance }th time
  }
branch-photo-missing = missing
branch-not-shared = not yet
branch-video-count = { $count ->
    [one] { $count } video
   *[other] { $count } videos
  }
branch-comment-count = { $count ->
    [0] Comment
    [one] { $count } comment
   *[other] { $count } comments
  }
branch-sale-open = Open
branch-yes = yes

branch-judge = Assess the selected incidents
branch-reason = What it turned out to be
branch-note = Note
branch-judge-button = Apply to the selection
branch-share-selection = Share the selection
branch-share-all = { $count ->
    [one] Share the one in the list
   *[other] Share all { $count } in the list
  }
branch-share-most = Share the first { $most } of { $count }
branch-share-none = Select at least one incident to share.
branch-share-refused = None of these can be shared: they were only shown to you.
branch-judge-one = Apply
branch-judge-help = Everyone with access to this location sees it, and it can be taken back at any time. Reports that were sent stay as they are.
branch-judged = { $count ->
    [0] Nothing changed.
    [one] One incident was assessed.
   *[other] { $count } incidents were assessed.
  }
branch-said-open = Not assessed
branch-said-aside = Set aside
branch-said-not-a-theft = Not a theft
branch-said-invalid-theft = Invalid theft
branch-said-cut-short = Footage cut too short
branch-said-inconclusive = Inconclusive footage
branch-said-restored = Counts again

branch-details = Details
branch-share = Share
branch-no-videos = There is no footage of this incident.
branch-no-sale = No transaction belongs to this incident.
branch-not-judged = Nobody has assessed this incident.
branch-no-comments = There are no comments yet.
branch-comment = Your comment
branch-comment-button = Add comment

branch-last-access = Last access
branch-history = History
branch-times = Views
branch-never-looked = never
branch-nobody = Nobody has looked at this location yet.
branch-no-views = No entry matches.
branch-log-when = When
branch-log-person = Who
branch-log-way = Came as
branch-log-what = What
branch-log-subject = Which
branch-log-origin = Address
branch-log-agent = Program
branch-log-scanner = Mail scanner
branch-scanner = likely a mail scanner
branch-no-scanners = Without mail scanners
branch-only-scanners = Mail scanners only
branch-way-branch = Branch user
branch-way-customer = Customer
branch-way-link = Mail link
branch-way-share = Shared link
branch-way-staff = Staff
branch-way-operations = Operations
branch-way-whitelist = Whitelisted
branch-way-key = Program with a key
branch-view-page = Page
branch-view-clip = Clip
branch-view-photo = Photo
branch-view-pdf = PDF
branch-view-export = Export
