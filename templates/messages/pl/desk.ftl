# Stanowisko pracowników i obsługa.

desk-lead = Znajdź obiekt i jego noce, zobacz, co wysłano, i popraw to, co było błędne.
desk-find = Znajdź obiekt
desk-find-what = Oznaczenie, nazwa, adres albo e-mail osoby kontaktowej
desk-find-do = Szukaj
desk-night-of = Noc z dnia
desk-night-bad = To nie jest data.
desk-mails-to = Wiadomości do { $address }
desk-found = { $count ->
    [one] Jeden obiekt
    [few] { $count } obiekty
    [many] { $count } obiektów
   *[other] { $count } obiektu
  }
desk-found-more = Pasuje jeszcze { $count }; wpisz więcej z nazwy.
desk-found-none = Żaden obiekt nie pasuje.
desk-no-report = Nie ma jeszcze raportu
desk-mail-lookup = Co dostali?
desk-mail-what = Adres e-mail, Message-ID albo identyfikator wiadomości

desk-revisions = Wersje
desk-revision = Wersja
desk-revision-number = Wersja { $number }
desk-night = Noc
desk-nights = Noce
desk-state = Stan
desk-cause = Przyczyna
desk-mails = Wiadomości
desk-mails-none = brak
desk-frozen = Utrwalono
desk-incomplete = niepełny
desk-reports = Raporty
desk-reports-more = To są najnowsze; starsze noce otworzysz po dacie.
desk-state-planned = oczekuje
desk-state-built = gotowy
desk-state-skipped = spokojna noc, nie wysłano
desk-state-failed = nieudany
desk-state-held = wstrzymany
desk-cause-schedule = Harmonogram
desk-cause-manual = Ręcznie
desk-cause-regenerate = Utworzono ponownie

desk-mail-pending = oczekuje
desk-mail-sending = wysyłana
desk-mail-sent = wysłana
desk-mail-deferred = ponowna próba później
desk-mail-failed = nieudana
desk-mail-bounced = wróciła
desk-mail-suppressed = zablokowana
desk-mail-unknown = los nieznany

desk-night-open = Otwórz noc
desk-night-before = Poprzednia noc
desk-night-after = Następna noc
desk-contacts = Osoby kontaktowe
desk-contacts-none = Nikt nie jest powiadamiany o tym obiekcie.
desk-contact-notified = powiadamiana
desk-contact-silent = niepowiadamiana
desk-contact-unsubscribed = wypisana: { $at }
desk-contact-fed = poprawiony; dostawca podaje { $address }
desk-contact-mails = Wiadomości
desk-contact-correct = Popraw adres

desk-regenerate = Utwórz raport tej nocy ponownie
desk-regenerate-text = Raport powstanie jeszcze raz z dzisiejszych danych, jako wersja { $number }. Nikt nic nie dostanie: najpierw zobaczysz różnicę.
desk-reason = Powód
desk-reason-help = Klient przeczyta go, jeśli wyślesz korektę.
desk-reason-kept = Powód (zostaje zapisany)
desk-regenerate-do = Utwórz wersję
desk-building = Wersja powstaje
desk-building-text = Ta strona pokaże ją, gdy tylko będzie gotowa.
desk-building-error = Ostatnia próba: { $error }
desk-look-again = Sprawdź ponownie
desk-not-built = Nie ma tu nic do otwarcia.
desk-removed = Pliki tej wersji usunięto po upływie okresu przechowywania: { $at }

desk-open-report = Otwórz raport
desk-as-readers = Poniżej raport tak, jak widzą go odbiorcy.
desk-artifacts = Zarchiwizowane pliki
desk-artifact = Plik
desk-bytes = Bajty
desk-difference = Co się zmieniło
desk-difference-of = Od wersji { $from } do wersji { $to }:
desk-difference-none = Nic: obie wersje mówią to samo.
desk-difference-alone = Nie ma innej wersji do porównania.
desk-compare = Porównaj wersję { $number } z
desk-compare-do = Porównaj

desk-send = Wyślij
desk-send-revision = Wyślij wersję { $number }
desk-superseded = Jest nowsza wersja: { $number }. Wyślij tamtą.
desk-test = Próba
desk-test-text = Jedna wiadomość z napisem TEST do ciebie ({ $address }) i do nikogo więcej.
desk-test-do = Wyślij mi próbę
desk-readers = Odbiorcy
desk-send-help = Każdy dostanie tę wersję raz, na pokazany adres.
desk-send-some = Wyślij do wybranych
desk-send-all = Wyślij do wszystkich ({ $count })
desk-send-none = Wszyscy dostali już tę wersję.

desk-contact-title = Popraw adres: { $name }
desk-contact-text = Od teraz wiadomości idą na nowy adres. Dane dostawcy pozostają bez zmian; ten adres ma pierwszeństwo.
desk-contact-now = Wiadomości idą na
desk-contact-feeds = Dostawca podaje
desk-contact-before = Ostatnio poprawiono: { $by }, { $at }: { $reason }
desk-contact-new = Nowy adres
desk-contact-new-help = Pozostaw puste, aby wrócić do adresu dostawcy.
desk-contact-bad = Podaj możliwy adres e-mail i powód.
desk-contact-no-reason = Proszę podać powód: zostanie zachowany wraz ze zmianą.
desk-contact-do = Popraw

desk-mail-to = Do
desk-mail-wanted = Zlecono
desk-mail-ended = Zakończono
desk-mail-next = Następna próba
desk-mail-tries = Próby
desk-mails-nobody = Nikomu nie pisano o tej nocy.
desk-mails-unknown = Nie znamy takiej wiadomości.
desk-mails-more = To są najnowsze.
desk-tests = Wiadomości próbne
desk-letters = Listy (logowanie, udostępnienia, prośby)
desk-letters-text = Zawierają odnośnik przeznaczony tylko dla odbiorcy, dlatego ich treści nie przechowujemy. Udostępnienie wysyła się ponownie z jego strony, a kto chce się zalogować, prosi o nowy list.
desk-letter-tries = { $count ->
    [one] jedna próba
    [few] { $count } próby
    [many] { $count } prób
   *[other] { $count } próby
  }
desk-bounces = Zwroty
desk-bounce-hard = Odrzucona ostatecznie
desk-bounce-soft = Odrzucona na razie
desk-bounce-complaint = Zgłoszona jako niechciana
desk-suppressed-title = Na adres { $address } nic nie wysyłamy
desk-suppressed-hard-bounce = Od { $since }: wiadomość wróciła ostatecznie.
desk-suppressed-complaint = Od { $since }: odbiorca zgłosił wiadomość jako niechcianą.
desk-suppressed-soft-bounces = Od { $since }: wróciło zbyt wiele wiadomości.
desk-suppressed-manual = Od { $since }: ktoś o to poprosił.
desk-tries = Próby
desk-tries-none = Nie było jeszcze próby.
desk-try = Próba
desk-try-began = Początek
desk-try-server = Serwer
desk-try-reply = Odpowiedź
desk-try-took = ms
desk-try-open = w toku
desk-outcome-accepted = przyjęta
desk-outcome-transient = odrzucona na razie
desk-outcome-permanent = odrzucona ostatecznie
desk-outcome-unknown = nieznany
desk-what-they-got = Co dostali
desk-mail-text = Jako zwykły tekst
desk-mail-source = Zapisz dokładne bajty (.eml)
desk-mail-head = Wszystkie nagłówki
desk-attached = Załączniki: { $names }
desk-resend = Wyślij ponownie
desk-resend-again = Wyślij ponownie…
desk-resend-failed = { $count ->
    [one] Wyślij ponownie nieudaną wiadomość
    [few] Wyślij ponownie { $count } nieudane wiadomości
    [many] Wyślij ponownie { $count } nieudanych wiadomości
   *[other] Wyślij ponownie { $count } nieudanej wiadomości
  }
desk-resend-sure = Wysłać tę wiadomość ponownie na { $address }?
desk-resend-sent = Została już wysłana, więc dotrze dwa razy.
desk-resend-unknown = Nikt nie wie, czy dotarła, więc może dotrzeć dwa razy.
desk-resend-same = To ta sama wiadomość z tym samym Message-ID.
desk-cancel = Nie wysyłaj

desk-said-corrected = Adres poprawiono.
desk-said-reason = Podaj powód: klient go przeczyta.
desk-said-nothing = Nie było nic do ponownego wysłania.
desk-said-resent = Wiadomość jest znów w drodze.
desk-said-no-report = Ta noc nie ma jeszcze raportu, który można by utworzyć ponownie.
desk-said-sent = Wersja jest w drodze.
desk-said-nobody = Nie wybrano nikogo, kto nie ma jeszcze tej wersji.
desk-said-meanwhile = Raport zmienił się w międzyczasie. Obejrzyj go i spróbuj ponownie.
desk-said-superseded = Jest nowsza wersja. Wyślij tamtą.
desk-said-test-sent = Wiadomość próbną wysłano.
desk-said-test-failed = Wiadomość próbna nie wyszła. Wyszukaj swój adres, aby zobaczyć dlaczego.
desk-said-test-waits = Serwer poczty zwleka. Za minutę wyszukaj swój adres, aby zobaczyć, co się stało.
desk-said-left = Pozostawiono bez zmian: jest już w drodze albo nie ma treści.
desk-said-run = Zadanie działa.
desk-said-run-twice = Zadanie uruchomiono przed chwilą; wykona się raz.
desk-said-run-empty = Zadanie nie obejmuje żadnego obiektu; nie ma nic do zrobienia.
desk-said-paused = Zadanie jest wstrzymane, w każdym procesie.
desk-said-paused-before = Zadanie było już wstrzymane.
desk-said-resumed = Zadanie działa znów według harmonogramu.
desk-said-not-paused = Zadanie nie było wstrzymane.
desk-said-released = Wstrzymany raport zwolniono; powstanie z tego, co jest.
desk-said-not-held = Raport nie był już wstrzymany.
desk-said-lifted = Adres znów dostaje wiadomości, od następnej nocy.
desk-said-not-suppressed = Adres nie był już zablokowany.

ops-live = Na bieżąco
ops-live-off = Brak połączenia; to, co widzisz, nie jest aktualne
ops-still = Stan z chwili wczytania strony; wczytaj ją ponownie, aby zobaczyć bieżący
ops-at = Stan: { $at } UTC. Gdzie nie podano strefy, czas jest w UTC.
ops-tile-health = Usterki
ops-tile-workers = Działające procesy
ops-tile-queue = Zadania do wykonania
ops-tile-waiting = Oczekuje
ops-tile-held = Wstrzymane
ops-tile-failed = Niepowodzenia
ops-jobs = Zadania
ops-jobs-none = W jobs.toml nie ma żadnego zadania.
ops-paused = wstrzymane
ops-paused-since = Wstrzymane od { $since } przez { $by }:
ops-schedule = Harmonogram
ops-zone = Strefa czasowa
ops-zone-own = własna każdego obiektu
ops-sites = Obiekty
ops-deadline = Termin
ops-next = Następne
ops-next-paused = Byłoby następne
ops-next-none = Nic nie nadchodzi: zadanie nie obejmuje żadnego obiektu.
ops-last = Ostatni przebieg: { $at }
ops-runs = Ostatnie przebiegi
ops-runs-none = Nic się jeszcze nie wykonało.
ops-run = Przebieg
ops-stages = Etapy
ops-outcome-running = w toku
ops-outcome-done = wykonany
ops-outcome-failed = nieudany
ops-built = { $done } z { $all } gotowe
ops-open = { $count } w toku
ops-held-count = { $count } wstrzymane
ops-failed-count = { $count } nieudane
ops-sent = { $done } z { $all } wysłane
ops-under-way = { $count } w drodze
ops-suppressed-count = { $count } zablokowane
ops-unsent = { $count } niewysłane
ops-stage-wait = pierwszy raport po { $took }
ops-stage-build = tworzenie { $took }
ops-stage-mail = wysyłka { $took }
ops-stage-name-wait = Do pierwszego raportu
ops-stage-name-build = Od pierwszego do ostatniego raportu
ops-stage-name-mail = Od pierwszej do ostatniej wiadomości
ops-time-planned = Zaplanowano
ops-time-first-built = Pierwszy raport utrwalono
ops-time-last-built = Ostatni raport utrwalono
ops-time-first-mail = Pierwszą wiadomość zlecono
ops-time-last-mail = Ostatnią wiadomość zakończono
ops-seconds = { $number } s
ops-minutes = { $number } min
ops-hours = { $number } godz.
ops-days = { $number } d
ops-waiting = Oczekujące obiekty
ops-waiting-none = Na żaden obiekt nie czekamy.
ops-wait-error = Nie udało się utworzyć, będzie kolejna próba: { $error }
ops-wait-feed = Dane są do { $known }; czekamy do { $until }
ops-wait-never = Dostawca nie podał, dokąd sięgają dane; czekamy do { $until }
ops-wait-queue = W kolejce
ops-since = od { $took }
ops-held = Wstrzymane raporty
ops-held-none = Żaden raport nie jest wstrzymany.
ops-held-why = Dane są niepełne, a zadanie wstrzymuje takie raporty
ops-release = Zwolnij
ops-failed = Niepowodzenia z ostatnich trzech dni
ops-failed-none = Nie było niepowodzeń.
ops-more-waiting = { $count ->
    [one] Czeka jeszcze jeden obiekt
    [few] Czekają jeszcze { $count } obiekty
    [many] Czeka jeszcze { $count } obiektów
   *[other] Czeka jeszcze { $count } obiektu
  }
ops-more-held = { $count ->
    [one] Jeszcze jeden wstrzymany raport
    [few] Jeszcze { $count } wstrzymane raporty
    [many] Jeszcze { $count } wstrzymanych raportów
   *[other] Jeszcze { $count } wstrzymanego raportu
  }
ops-more-failed = { $count ->
    [one] Jeszcze jeden nieudany raport
    [few] Jeszcze { $count } nieudane raporty
    [many] Jeszcze { $count } nieudanych raportów
   *[other] Jeszcze { $count } nieudanego raportu
  }
ops-more-mails = { $count ->
    [one] Jeszcze jedna wiadomość
    [few] Jeszcze { $count } wiadomości
    [many] Jeszcze { $count } wiadomości
   *[other] Jeszcze { $count } wiadomości
  }
ops-list-waiting = Oczekujące obiekty
ops-list-held = Wstrzymane raporty
ops-list-failed = Nieudane raporty z ostatnich trzech dni
ops-list-mails = Wiadomości z ostatnich trzech dni, które nie dotarły
ops-list-none = Nic już z tego nie zostało.
ops-queue = Kolejka
ops-lanes = Zadania do wykonania
ops-lane = Tor
ops-lane-waiting = Oczekuje
ops-lane-oldest = Najstarsze
ops-lane-build = Tworzenie
ops-lane-deliver = Wysyłka
ops-lane-house = Porządki i listy
ops-lane-mails = Wiadomości jeszcze niewysłane
ops-workers = Działające procesy
ops-worker = Proces
ops-worker-seen = Ostatni znak życia
ops-workers-none = Żaden: nic nie powstaje i nic nie wychodzi.
ops-suppressed = Zablokowane adresy
ops-suppressed-none = Żaden adres nie jest zablokowany.
ops-lift = Pisz znowu
ops-health = Stan systemu
ops-check-database = Baza danych
ops-check-schema = Schemat
ops-check-archive = Archiwum
ops-check-identity = Tożsamość bazy danych
ops-alerts = Ostatnie alarmy
ops-alerts-none = Nikogo nie alarmowano.
ops-channel-mail = e-mailem
ops-channel-hook = przez webhook
ops-waits = Niepełne dane
ops-waits-send = czekamy { $took }, potem wysyłamy z tym, co jest
ops-waits-hold = czekamy { $took }, potem wstrzymujemy
ops-catch-up = Pominięte terminy
ops-catch-up-skip = przepadają
ops-catch-up-latest = wykonuje się ostatni, jeśli nie jest starszy niż { $age }
ops-catch-up-all = wykonują się wszystkie nie starsze niż { $age }
ops-run-now = Uruchom teraz
ops-run-now-text = Tworzy i wysyła ostatnią noc każdego z obiektów (jest ich { $sites }). Raporty, które już są, nie powstaną ponownie i nie zostaną ponownie wysłane. Naciśnięte dwa razy, wykona się raz.
ops-pause = Wstrzymaj
ops-pause-text = Dopóki ktoś go nie wznowi, żaden proces nie uruchomi żadnego z jego terminów. To, co trwa, dobiegnie końca; to, co uruchomisz ręcznie, wykona się.
ops-resume = Wznów
ops-resume-text = Jego terminy będą znów uruchamiane.
ops-resume-skip = Te, które przypadły na przerwę, przepadają, oprócz terminu z ostatnich pięciu minut.
ops-resume-latest = Z tych, które przypadły na przerwę, wykona się tylko ostatni, jeśli nie jest starszy niż { $age }.
ops-resume-all = Te, które przypadły na przerwę, wykonają się wszystkie, jeśli nie są starsze niż { $age }.
ops-pauses = Przerwy
ops-pauses-now = teraz
ops-resumed-by = wznowione przez: { $by }
ops-site = Obiekt
ops-reports-more = To są pierwsze; te, z którymi jest coś nie tak, są na górze.
ops-reports-none = Jego raporty należą już do innego przebiegu albo istniały wcześniej.
desk-links = Odnośniki
desk-links-working = działają do { $at }
desk-links-ended = wygasły { $at }
desk-links-withdrawn = wycofane { $at }
desk-withdraw = Wycofaj odnośniki
desk-withdraw-means = Od tej chwili odnośniki z tej wiadomości nie prowadzą donikąd, w żadnym procesie, ktokolwiek je ma. Kto zaloguje się jej adresem, też nie zobaczy już tego raportu. Samej wiadomości nie da się cofnąć. To, co z niej udostępniono, ma własny termin.
desk-said-withdrawn = Odnośniki z tej wiadomości nie prowadzą już donikąd.
desk-said-withdrawn-before = Nie prowadziły już donikąd.
desk-said-why = Podaj powód: zostaje zapisany.
