# Portal raportów: obiekty, ich incydenty i to, kto je oglądał.

branch-locations = Obiekty
branch-suspicious = Raport podejrzanych zdarzeń
branch-lists = Listy obiektów
branch-locations-lead = Wszystkie obiekty sprawdzone w ciągu { $days ->
    [one] ostatniego dnia
   *[other] ostatnich { $days } dni
  }, z wynikiem ich ostatniego raportu.
branch-suspicious-lead = Wszystkie obiekty, także te, których dawno nie sprawdzano.
branch-skip = Przejdź do listy
branch-branch = Oddział
branch-every-branch = Wszystkie oddziały
branch-choose = Pokaż
branch-status = Ostatnie raporty
branch-red = { $count ->
    [one] raport z incydentami
    [few] raporty z incydentami
   *[many] raportów z incydentami
  }
branch-green = { $count ->
    [one] raport bez incydentów
    [few] raporty bez incydentów
   *[many] raportów bez incydentów
  }
branch-others = { $count ->
    [one] Jednego obiektu dawno nie sprawdzano.
   *[other] { $count } obiektów dawno nie sprawdzano.
  }
branch-see-all = Pokaż wszystkie obiekty
branch-find = Wyszukiwanie obiektów
branch-find-incidents = Wyszukiwanie incydentów
branch-find-views = Wyszukiwanie wpisów
branch-search = Szukaj
branch-search-location = Nazwa, adres lub oznaczenie
branch-search-incident = Rodzaj, opis, zgłaszający lub oznaczenie
branch-search-view = Osoba, przedmiot, adres lub program
branch-any = Wszystkie
branch-with-incidents = Z incydentami
branch-without-incidents = Bez incydentów
branch-apply = Pokaż
branch-reset = Pokaż wszystko
branch-location-count = { $count ->
    [one] { $count } obiekt
    [few] { $count } obiekty
   *[many] { $count } obiektów
  }
branch-incident-count = { $count ->
    [0] Brak incydentów
    [one] { $count } incydent
    [few] { $count } incydenty
   *[many] { $count } incydentów
  }
branch-list-first = pierwsze { $count } z { $total }
branch-set-aside = wyłączone: { $count }
branch-sent = wysłano { $sent } z { $all }
branch-never = Nigdy nie sprawdzano
branch-not-lately = dawno
branch-incomplete = niepełny
branch-no-locations = Żaden obiekt nie pasuje.
branch-no-incidents = Brak incydentów do pokazania.
branch-never-reviewed = Nie ma jeszcze raportu z tego obiektu.
branch-type-shop = Sklep
branch-type-site = Teren
branch-column-location = Obiekt
branch-column-type = Rodzaj
branch-column-latest = Ostatni raport
branch-column-incidents = Incydenty
branch-column-deliveries = Wysyłka
branch-pages = Strony
branch-previous = Poprzednia
branch-next = Następna
branch-older = Starsze wpisy
branch-range = { $first }–{ $last } z { $total }

branch-recent = Ostatnie incydenty
branch-all = Wszystkie incydenty
branch-access = Rejestr dostępu
branch-night = Noc: { $date }
branch-night-label = Noc
branch-incidents-label = Incydenty
branch-address = Adres
branch-since = Objęty umową od { $date }. Wcześniejszych zdarzeń tu nie ma.
branch-report-pdf = Raport transakcji (PDF)
branch-list-made = Stan listy: { $at }
branch-save = Zapisz jako
branch-csv-excel = CSV dla Excela
branch-from = Od
branch-to = Do
branch-select = Wybór
branch-select-one = Wybierz: { $what }, { $at }
branch-column-incident = Oznaczenie
branch-column-occurred = Data incydentu
branch-column-case = Sprawa
branch-column-instance = Który raz
branch-column-kind = Rodzaj
branch-column-details = Szczegóły
branch-column-reported-by = Zgłaszający
branch-column-shared = Przekazano
branch-column-photo = Zdjęcie
branch-column-videos = Nagrania
branch-column-comments = Komentarze
branch-column-sale = Raport transakcji
branch-column-said = Ocena
branch-instance = { $instance }. raz
branch-photo-missing = brak
branch-not-shared = jeszcze nie
branch-video-count = { $count ->
    [one] { $count } nagranie
    [few] { $count } nagrania
   *[many] { $count } nagrań
  }
branch-comment-count = { $count ->
    [0] Skomentuj
    [one] { $count } komentarz
    [few] { $count } komentarze
   *[many] { $count } komentarzy
  }
branch-sale-open = Otwórz
branch-yes = tak

branch-judge = Oceń wybrane incydenty
branch-reason = Czym się okazał
branch-note = Uwaga
branch-judge-button = Zastosuj do wybranych
branch-share-selection = Udostępnij wybrane
branch-share-all = { $count ->
    [one] Udostępnij jedyny z listy
    [few] Udostępnij wszystkie { $count } z listy
    [many] Udostępnij wszystkie { $count } z listy
   *[other] Udostępnij wszystkie { $count } z listy
  }
branch-share-most = Udostępnij pierwsze { $most } z { $count }
branch-share-none = Wybierz co najmniej jeden incydent do udostępnienia.
branch-share-refused = Żadnego z nich nie można udostępnić: tylko Ci je pokazano.
branch-judge-one = Zastosuj
branch-judge-help = Ocenę widzi każdy, kto ma dostęp do tego obiektu; można ją w każdej chwili cofnąć. Wysłane raporty się nie zmieniają.
branch-judged = { $count ->
    [0] Nic się nie zmieniło.
    [one] Oceniono jeden incydent.
    [few] Oceniono { $count } incydenty.
   *[many] Oceniono { $count } incydentów.
  }
branch-said-open = Bez oceny
branch-said-aside = Wyłączone
branch-said-not-a-theft = To nie kradzież
branch-said-invalid-theft = Kradzież nieuznana
branch-said-cut-short = Nagranie urwane za wcześnie
branch-said-inconclusive = Nagranie nie rozstrzyga
branch-said-restored = Znów się liczy

branch-details = Szczegóły
branch-share = Udostępnij
branch-no-videos = Nie ma nagrań tego incydentu.
branch-no-sale = Z tym incydentem nie wiąże się żadna transakcja.
branch-not-judged = Nikt jeszcze nie ocenił tego incydentu.
branch-no-comments = Nie ma jeszcze komentarzy.
branch-comment = Komentarz
branch-comment-button = Dodaj komentarz

branch-last-access = Ostatni dostęp
branch-history = Historia
branch-times = Odsłony
branch-never-looked = nigdy
branch-nobody = Nikt jeszcze nie oglądał tego obiektu.
branch-no-views = Żaden wpis nie pasuje.
branch-log-when = Kiedy
branch-log-person = Kto
branch-log-way = Jako
branch-log-what = Co
branch-log-subject = Które
branch-log-origin = Adres
branch-log-agent = Program
branch-log-scanner = Skaner poczty
branch-scanner = prawdopodobnie skaner poczty
branch-no-scanners = Bez skanerów poczty
branch-only-scanners = Tylko skanery poczty
branch-way-branch = Zespół oddziału
branch-way-customer = Klient
branch-way-link = Odnośnik z wiadomości
branch-way-share = Udostępniony odnośnik
branch-way-staff = Analitycy
branch-way-operations = Operatorzy systemu
branch-way-whitelist = Dopuszczony
branch-way-key = Program z kluczem
branch-view-page = Strona
branch-view-clip = Nagranie
branch-view-photo = Zdjęcie
branch-view-pdf = PDF
branch-view-export = Eksport
