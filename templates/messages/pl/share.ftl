# Pokazywanie zdarzeń innym, prośby o dostęp, lista uprawnionych.

share-title = Udostępnij
share-help = Każda osoba dostaje wiadomość z własnym odnośnikiem. Widzi to, co tu wybierzesz, i nic więcej.
share-which = Incydenty
share-addresses = Na te adresy
share-addresses-help = Jeden lub wiele: każdy w osobnym wierszu albo rozdzielone przecinkami lub średnikami. Najwyżej { $most }.
share-note = Notatka dla nich
share-until = Odnośniki działają przez
share-days = { $days ->
    [one] jeden dzień
    [few] { $days } dni
    [many] { $days } dni
   *[other] { $days } dnia
  }
share-may-comment = Mogą komentować incydenty
share-may-comment-short = z komentarzami
share-send = Udostępnij
share-back = Wróć
share-fault-none = Wybierz co najmniej jeden incydent.
share-fault-not-yours = { $count ->
    [one] Pominięto jeden wybrany incydent: dotyczy innego obiektu, tylko Ci go pokazano albo już go nie ma.
    [few] Pominięto { $count } wybrane incydenty: dotyczą innego obiektu, tylko Ci je pokazano albo już ich nie ma.
    [many] Pominięto { $count } wybranych incydentów: dotyczą innego obiektu, tylko Ci je pokazano albo już ich nie ma.
   *[other] Pominięto { $count } wybranego incydentu: dotyczą innego obiektu, tylko Ci je pokazano albo już ich nie ma.
  }
share-fault-most = Naraz można udostępnić najwyżej { $most } incydentów. Pozostałe udostępnij w kolejnym kroku.
share-first-of-list = Incydentów na liście: { $count }. Wybrano tu { $most } pierwszych; pozostałe udostępnij w kolejnym kroku, na przykład według dat.
share-fault-address = To nie jest adres: { $list }
share-fault-domain = Reguły konta nie pozwalają udostępniać na: { $list }
share-fault-nobody = Podaj co najmniej jeden adres.
share-fault-many = To więcej niż { $most } adresów. Udostępnij w kilku krokach.
share-fault-note = Notatka jest za długa.
share-fault-days = Wybierz, jak długo działają odnośniki.

share-sent-title = Udostępniono
share-by-at = Udostępnia { $name }, { $at }
share-ends = do { $at }
share-who = Komu
share-seen = { $all ->
    [one] { $seen ->
        [0] Nikt jeszcze nie zajrzał
       *[other] Odbiorca już zajrzał
      }
   *[other] Zajrzało { $seen } z { $all }
  }
share-address = Adres
share-letter = Wiadomość
share-letter-pending = w drodze
share-letter-sending = w drodze
share-letter-sent = wysłana
share-letter-failed = niedoręczona
share-letter-unknown = być może wysłana
share-link = Odnośnik
share-state-live = działa do
share-state-expired = wygasł
share-state-revoked = wycofany
share-looks = Wejścia
share-first = Pierwsze
share-last = Ostatnie
share-actions = Działania
share-resend = Wyślij ponownie
share-revoke = Wycofaj
share-revoke-all = Wycofaj wszystkie odnośniki
share-new-end = Od dziś przez
share-end-all = Ustaw dla wszystkich
share-gone = To, co udostępniono, zostało usunięte.
share-gone-some = { $count ->
    [one] Jeden incydent przechowano przez uzgodniony czas i usunięto.
    [few] { $count } incydenty przechowano przez uzgodniony czas i usunięto.
    [many] { $count } incydentów przechowano przez uzgodniony czas i usunięto.
   *[other] { $count } incydentu przechowano przez uzgodniony czas i usunięto.
  }
share-more = { $count ->
    [one] i jeszcze jeden
    [few] i jeszcze { $count }
    [many] i jeszcze { $count }
   *[other] i jeszcze { $count }
  }
share-nights = Noce
share-list-title = Co udostępniono
share-received = Udostępnione Tobie
share-list-none = Niczego jeszcze nie udostępniono.
share-shared = Udostępniono
share-link-end = Do

share-open-title = { $name } udostępnia Ci coś
share-open-why = Widzisz tę stronę, bo { $name } udostępnia ją Tobie przez { $brand }. Odnośnik jest osobisty.
share-comments = Komentarze
share-comment = Twój komentarz
share-comment-send = Skomentuj
share-history = Inne incydenty tej sprawy, które Ci przekazano
share-expired-title = Ten odnośnik wygasł
share-revoked-title = Ten odnośnik został wycofany
share-ended-text = Tego, co Ci udostępniono, nie można tu już zobaczyć. Możesz poprosić o dostęp; odpowiedź przyjdzie na adres, na który wysłano odnośnik.
share-your-name = Imię i nazwisko
share-your-address = Twój adres e-mail
share-why = Dlaczego chcesz to zobaczyć
share-ask = Poproś o dostęp
share-ask-help = Napisz, kim jesteś. Opiekunowie obiektu zostaną powiadomieni, a odpowiedź przyjdzie e-mailem.
share-ask-fault-address = To nie jest adres e-mail.
share-ask-fault-name = Podaj imię i nazwisko.
share-asked-title = Poproszono o dostęp
share-asked-done = Opiekunowie obiektu zostaną powiadomieni. Odpowiedź przyjdzie e-mailem.
share-not-given-title = Tego Ci nie udostępniono
share-not-given-text = Nie ma takiego incydentu albo nie został Ci przekazany. Jeśli ktoś Cię tu przysłał, możesz poprosić o dostęp.

share-letter-subject = { $name } udostępnia Ci { $count ->
    [one] incydent
    [few] { $count } incydenty
    [many] { $count } incydentów
   *[other] { $count } incydentu
  }: { $site }
share-letter-heading = { $count ->
    [one] Incydent
    [few] { $count } incydenty
    [many] { $count } incydentów
   *[other] { $count } incydentu
  }: { $site }
share-letter-heading-nights = { $count ->
    [one] Incydent
    [few] { $count } incydenty
    [many] { $count } incydentów
   *[other] { $count } incydentu
  }: { $site }, od { $first } do { $last }
share-letter-text = { $name } chce Ci to pokazać. Odnośnik otwiera zdjęcie, fakty i nagrania.
share-letter-granted-subject = Masz już dostęp: { $site }
share-letter-granted-heading = Masz już dostęp
share-letter-granted-text = { $name } pozwala Ci zobaczyć to, o co prosisz. Odnośnik otwiera zdjęcie, fakty i nagrania.
share-letter-open = Otwórz
share-letter-until = Odnośnik działa do { $at }.
share-letter-personal = Odnośnik jest osobisty: kto go ma, może to zobaczyć. Prosimy nie przekazywać go dalej.
share-asked-subject = { $name } prosi o dostęp: { $site }
share-asked-heading = Ktoś prosi o dostęp
share-asked-text = { $name } ({ $address }) chce zobaczyć incydent: { $site }.
share-asked-open = Zobacz prośbę
share-asked-small = Odnośnik pokazuje prośbę i pozwala raz ją przyjąć lub odrzucić. Działa 14 dni.
share-declined-subject = Twoja prośba o dostęp
share-declined-heading = Twoja prośba została odrzucona
share-declined-text = Opiekunowie obiektu odrzucili Twoją prośbę o dostęp. Jeśli to pomyłka, zapytaj ich.
share-fresh-subject = Twój nowy odnośnik: { $site }, noc { $night }
share-fresh-heading = Twój nowy odnośnik
share-fresh-text = Oto nowy odnośnik do raportu, o który prosisz: { $site }, noc { $night }.

share-decide-title = Prośba o dostęp
share-decide-help = Nic się nie stanie, dopóki nie naciśniesz przycisku. Osoba pozna odpowiedź z e-maila.
share-grant = Przyznaj
share-grant-for = Dostęp na
share-decline = Odrzuć
share-done-granted = Dostęp przyznano. Osoba dostanie odnośnik e-mailem.
share-done-declined = Prośbę odrzucono. Osoba dowie się o tym z e-maila.
share-done-answered = Na to już odpowiedziano.
share-done-refused = Reguły konta nie pozwalają udostępniać niczego na ten adres.
share-done-gone = Tego, o co proszono, już nie ma.
share-done-link = Nowy odnośnik jest w drodze.
share-request-open = otwarta
share-request-granted = przyznana
share-request-declined = odrzucona
share-request-decided = odpowiedź: { $at }
share-requests-title = Prośby
share-requests-open = Otwarte prośby o dostęp
share-requests-none = Nikt nie czeka na odpowiedź.
share-requests-answered = Rozpatrzone
share-links-title = Prośby o nowy odnośnik
share-links-none = Nikt nie czeka na nowy odnośnik.
share-links-what = Co
share-links-asked = Poproszono
share-links-send = Wyślij nowy odnośnik
share-links-report = raport
share-links-pdf = PDF
share-links-incident = incydent
share-links-clip = nagranie

share-whitelist-title = Kto może widzieć ten obiekt
share-whitelist-help = Te osoby mogą się zalogować e-mailem, choć nie są kontaktami obiektu.
share-whitelists-help = Wybierz obiekt, aby zobaczyć, kto ma do niego wgląd, dodać kogoś lub usunąć z listy.
share-whitelist-count = { $count ->
    [0] nikt nie ma dostępu
    [one] jedna osoba z dostępem
    [few] { $count } osoby z dostępem
   *[many] { $count } osób z dostępem
  }
share-whitelist-now = Uprawnieni
share-whitelist-none = Nikogo nie ma na liście.
share-whitelist-sees = Widzi
share-whitelist-shared = co udostępniono
share-whitelist-whole = wszystko
share-whitelist-since = Od
share-whitelist-forever = bez końca
share-whitelist-end = Ustaw koniec
share-whitelist-revoke = Usuń
share-whitelist-add = Uprawnij kogoś
share-whitelist-add-do = Uprawnij
share-whitelist-past = Zakończone
share-whitelist-ended = Zakończono
share-why-listed = Dlaczego
