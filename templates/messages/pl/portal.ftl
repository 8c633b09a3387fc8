# Strony, do których prowadzą odnośniki w wiadomości.

page-night = Noc: { $date }
page-window = { $from } – { $to }
page-zone = { $name } ({ $offset })
page-revision = Wersja { $revision }
page-built = Utrwalono: { $at }
page-skip = Przejdź do zdarzeń
page-footer-why = Widzisz tę stronę, bo wiadomość od { $brand } do Ciebie zawierała odnośnik do niej. Odnośnik jest osobisty: kto go ma, może przeczytać ten raport.
page-footer-until = Odnośnik działa do: { $at }
page-support = Pytania: { $support }

page-incomplete-title = Ten raport jest niepełny
page-incomplete-feed = Nie wiadomo, co działo się później niż { $until }: zdarzenia z obiektu jeszcze napływały.
page-incomplete-feed-never = Obiekt nie potwierdził, że przesłał wszystkie zdarzenia.
page-incomplete-activity = Nie przekazano, co tej nocy wykryły kamery.
page-incomplete-clip = Brak nagrania: { $what }
page-incomplete-photo = Brak zdjęcia: { $what }
page-correction-title = To jest raport poprawiony
page-correction-reason = Powód: { $reason }
page-correction-by = Poprawka: { $by }.
page-correction-changes = Co się zmieniło
page-newer = Ten raport został później poprawiony: istnieje wersja { $revision }, która może mówić co innego.

page-change-incident = Incydent { $ref }
page-change-interaction = Interakcja { $ref }
page-change-transaction = Transakcja { $ref }
page-change-activity = Co przetworzono
page-change-completeness = Czego brakuje
page-change-added = dodano
page-change-removed = usunięto
page-change-edited = zmieniono
page-change-fields = zmieniono: { $fields }

page-summary = Co przetworzono
page-detections = Wykrycia
page-filtered = Odfiltrowane
page-reviewed = Sprawdzone
page-interactions = Interakcje
page-incidents = Incydenty
page-usual = zwykle { $number }
page-usual-help = „Zwykle” to { $nights ->
    [one] wartość z poprzedniej nocy
   *[other] średnia z { $nights } poprzednich nocy
  }.
page-unknown = brak danych
page-past = Ostatnie noce
page-past-night = Noc
page-tonight = ta noc
page-types = Interakcje według rodzaju
page-type = Rodzaj
page-normal = Zwykłe
page-escalated = Eskalowane
page-total = Razem
page-quiet-title = Spokojna noc
page-quiet = Niczego nie eskalowano i nikt nie musiał interweniować. Obserwowano kamery: { $cameras }.
page-quiet-bare = Niczego nie eskalowano i nikt nie musiał interweniować.

page-filter = Znajdź zdarzenia
page-filter-text = Tekst
page-filter-text-hint = Notatki, towar, operator…
page-filter-camera = Kamera
page-filter-type = Rodzaj
page-filter-level = Poziom
page-filter-any = Wszystkie
page-filter-sort = Kolejność
page-sort-time = Od najwcześniejszych
page-sort-latest = Od najpóźniejszych
page-sort-level = Najpierw eskalowane
page-sort-camera = Według kamery
page-sort-type = Według rodzaju
page-filter-apply = Pokaż
page-filter-reset = Pokaż wszystko
page-count = { $total ->
    [one] { $shown } z { $total } zdarzenia
   *[other] { $shown } z { $total } zdarzeń
  }
page-count-none = Żadne zdarzenie nie pasuje. Pokaż wszystko, aby zobaczyć całą noc.

page-escalations = Eskalowane
page-normals = Zwykłe interakcje
page-events = Zdarzenia
page-level = Poziom { $level }
page-time = Czas
page-camera = Kamera
page-operator = Operator
page-reported-by = Zgłosił(a)
page-case = Sprawa { $number } · { $instance }. raz
page-case-tonight = Inne incydenty tej sprawy tej nocy: { $list }.
page-description = Co się stało
page-notes = Notatki operatora
page-actions = Co zrobiono
page-photo-alt = Zdjęcie incydentu z godz. { $time }: { $kind }
page-photo-missing = Brak zdjęcia.
page-clip = Nagranie
page-clip-play = Odtwórz nagranie
page-clip-open = Otwórz w osobnej karcie
page-clip-at = od godz. { $time }
page-clip-seconds = { $seconds } s
page-clip-missing = Brak nagrania.
page-clip-external = Nagranie można obejrzeć tylko na zewnątrz.
page-clip-external-open = Obejrzyj na { $host }
page-clip-password = Hasło: { $password }
page-timeline = Zobacz tę sekundę we własnej aplikacji
page-share = Incydent

page-transactions = Transakcje
page-transaction = Transakcja: { $terminal }
page-sku = Nr towaru
page-item = Towar
page-quantity = Ilość
page-price = Cena
page-amount = Kwota
page-paid = zapłacono
page-unpaid = nie zapłacono
page-status = Stan
page-paid-total = Zapłacono
page-unpaid-total = Zabrano bez zapłaty
page-sum = Suma
page-payment = Zapłacono { $amount } ({ $method })
page-payment-card = Zapłacono { $amount } ({ $method }, końcówka { $last4 })
page-pdf = Raport transakcji (PDF)

page-unsubscribe-title = Zrezygnować z tych wiadomości?
page-unsubscribe-text = { $name }, nie będziesz już otrzymywać porannych raportów o obiekcie { $site }. Na razie nic się nie zmieniło.
page-unsubscribe-button = Zrezygnuj z wiadomości o obiekcie { $site }
page-unsubscribed-title = Koniec wiadomości o obiekcie { $site }
page-unsubscribed-since = Zapisano: { $at }
page-unsubscribed-text = Raporty, które są już w drodze, mogą jeszcze dotrzeć. Aby znów otrzymywać wiadomości, zwróć się do opiekunów obiektu.

page-external-title = To nagranie można obejrzeć tylko na zewnątrz
page-external-text = Przechowuje je właściciel. Otwórz odnośnik; jeśli potrzebne jest hasło, jest podane tutaj.

page-asked-title = Poproszono o nowy odnośnik
page-asked-text = Pracownicy już o tym wiedzą i wyślą go na adres, na który trafiła wiadomość. Możesz zamknąć tę stronę.

fault-link-title = Ten odnośnik donikąd nie prowadzi
fault-link-text = Mógł zostać ucięty przy kopiowaniu. Otwórz go bezpośrednio z wiadomości.
fault-page-title = Nie ma takiej strony
fault-page-text = Otwórz odnośnik bezpośrednio z wiadomości.
fault-expired-title = Ten odnośnik wygasł
fault-expired-text = Odnośniki w wiadomościach działają przez ograniczony czas. Możesz poprosić o nowy; pracownicy wyślą go na adres, na który trafiła wiadomość.
fault-revoked-title = Ten odnośnik został wycofany
fault-revoked-text = Niczego już nie otwiera. Możesz poprosić o nowy; pracownicy wyślą go na adres, na który trafiła wiadomość.
fault-ask = Poproś o nowy odnośnik
fault-asked = Poproszono już o nowy odnośnik. Pracownicy go wyślą.
fault-pdf-title = Do tego raportu nie należy żaden PDF
fault-pdf-text = Tej nocy nie było ani incydentów, ani transakcji.
fault-removed-title = To zostało usunięte
fault-removed-text = Było przechowywane przez uzgodniony czas. Data usunięcia: { $date }.
fault-clip-title = Brak tego nagrania
fault-clip-text = Raport je wymienia, ale nie ma go w archiwum albo już go tam nie ma.
fault-photo-title = Brak tego zdjęcia
fault-photo-text = Raport je wymienia, ale nie ma go w archiwum albo już go tam nie ma.
fault-method-title = Tego nie można tutaj zrobić
fault-method-text = Otwórz odnośnik bezpośrednio z wiadomości.
fault-broken-title = Nie można teraz tego pokazać
fault-broken-text = Coś po naszej stronie nie działa. Spróbuj ponownie za kilka minut; jeśli to nie pomoże, zwróć się do opiekunów obiektu.
fault-sign-in-title = Zaloguj się
fault-sign-in-text = Ta strona jest tylko dla zalogowanych osób.
fault-forbidden-title = Nie masz do tego dostępu
fault-forbidden-text = Twoje konto tego nie obejmuje. Zapytaj osobę, która nim zarządza.
fault-form-title = Ta strona była otwarta zbyt długo
fault-form-text = Nic nie zostało zmienione. Wróć, wczytaj stronę ponownie i powtórz czynność.
fault-large-title = To jest za duże
fault-large-text = Wyślij mniej naraz.
fault-many-title = Zbyt wiele prób
fault-many-text = Odczekaj chwilę i spróbuj ponownie.

# The navigation of who is signed in
nav-locations = Obiekty
nav-shares = Udostępnienia
nav-whitelist = Lista dostępu
nav-requests = Prośby
nav-account = Konto
nav-desk = Biurko
nav-operations = Operacje
nav-audit = Dziennik zmian
nav-me = Ty
nav-out = Wyloguj się
nav-main = Menu główne
nav-menu = Menu
nav-skip = Przejdź do treści
