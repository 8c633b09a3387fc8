# Logowanie, własna strona, konta, dziennik.

signin-title = Logowanie
signin-mail-text = Wyślemy link i kod. Działają raz, przez 15 minut.
signin-address = Adres e-mail
signin-mail-button = Wyślij mi link
signin-password-title = Zaloguj się hasłem
signin-password = Hasło
signin-password-button = Zaloguj się
signin-out = Wylogowano.
signin-over = Ten link został już użyty albo wygasł. Tutaj można poprosić o nowy.
signin-no-address = To nie jest adres e-mail.
signin-wrong = Adres i hasło nie pasują do siebie.
signin-stranger = Nikt tutaj nie ma tego konta. Poproś osobę zarządzającą kontem o dodanie Twojego adresu.
signin-provider = Logowanie tam nie zostało ukończone. Spróbuj jeszcze raz.
signin-code-title = Zajrzyj do skrzynki
signin-code-text = Jeśli ten adres jest nam znany, wiadomość jest już w drodze. Otwórz jej link albo wpisz tutaj kod.
signin-code = Kod z sześciu cyfr
signin-code-hint = Kod działa tylko w tej przeglądarce. Po kilku minutach nadal nic? Sprawdź folder ze spamem.
signin-code-wrong = Ten kod jest błędny albo już nie działa.
signin-again = Użyj innego adresu
signin-ask = Nie masz jeszcze dostępu?
signin-link-title = Witamy w { $brand }
signin-link-text = Logujesz się jako { $address }.
signin-second-title = Jeszcze jeden krok
signin-second-text = Wpisz kod, który pokazuje teraz Twoja aplikacja uwierzytelniająca.
signin-second = Kod
signin-second-hint = Nie masz telefonu? Wpisz jeden ze swoich kodów zapasowych.
signin-second-wrong = Ten kod jest błędny albo został już użyty.
signin-new-title = Wybierz hasło
signin-new-text = Dla adresu { $address }.
signin-new = Nowe hasło
signin-new-again = Powtórz hasło
signin-new-button = Zapisz i zaloguj się
signin-password-length = Co najmniej { $shortest } znaków. Najlepiej kilka słów, które nie mają ze sobą nic wspólnego.
signin-password-told = To hasło zbyt łatwo odgadnąć.
signin-password-differs = Wpisane hasła różnią się od siebie.

signin-letter-subject = Logowanie do { $brand }
signin-letter-heading = Logowanie do { $brand }
signin-letter-text = Wpisz ten kod na stronie, na której o niego poproszono, albo naciśnij przycisk. Jedno i drugie zaloguje Cię.
signin-letter-button = Zaloguj się
signin-letter-small = Link i kod działają raz, przez 15 minut. Jeśli o nie nie prosiłeś ani nie prosiłaś, nic nie rób: bez tej wiadomości nikt nie wejdzie. Nie podawaj kodu nikomu.
signin-welcome-subject = Twój dostęp do { $brand }
signin-welcome-heading = Witaj, { $name }
signin-welcome-ours = Twoje konto w { $brand } jest gotowe. Naciśnij przycisk, aby wybrać hasło.
signin-welcome-branch = Twoje konto w { $brand } jest gotowe. Naciśnij przycisk, aby się zalogować. Potem wystarczy adres e-mail albo hasło, które wybierzesz.
signin-welcome-button = Otwórz moje konto
signin-welcome-small = Link działa raz, przez siedem dni.

me-title = Ty
me-role-customer = Odbiorca raportów
me-role-branch = Zespół oddziału
me-role-staff = Pracownik
me-role-operations = Operacje
me-password-has = Możesz logować się adresem i hasłem.
me-password-none = Logujesz się przez e-mail. Hasło nie jest konieczne.
me-password-current = Dotychczasowe hasło
me-password-save = Zapisz hasło
me-password-done = Hasło zostało zapisane. Wszystkie inne sesje zakończono.
me-password-wrong = Dotychczasowe hasło jest błędne.
me-second-title = Aplikacja uwierzytelniająca
me-second-has = Przy logowaniu potrzebny jest kod z aplikacji. { $spares ->
    [one] Pozostał jeden kod zapasowy.
    [few] Pozostały { $spares } kody zapasowe.
    [many] Pozostało { $spares } kodów zapasowych.
   *[other] Pozostało { $spares } kodu zapasowego.
  }
me-second-none = Drugi krok po haśle: kod, który pokazuje aplikacja w telefonie.
me-second-begin = Skonfiguruj
me-second-code = Kod z aplikacji albo kod zapasowy
me-second-remove = Wyłącz
me-second-there = Drugi krok jest już skonfigurowany. Najpierw go wyłącz.
me-second-scan = Zeskanuj to aplikacją uwierzytelniającą.
me-second-qr = Kod QR z sekretem
me-second-type = Albo wpisz ten sekret w aplikacji:
me-second-open = Otwórz w aplikacji na tym urządzeniu
me-second-show = Wpisz kod, który aplikacja pokazuje teraz.
me-second-save = Włącz
me-second-mistyped = Ten kod jest błędny. Sprawdź godzinę w telefonie i spróbuj ponownie.
me-spares-title = Twoje kody zapasowe
me-spares-text = Każdy z nich raz zastąpi aplikację, jeśli stracisz telefon. Pokazujemy je tylko teraz: przechowuj je w bezpiecznym miejscu.
me-spares-done = Kody są zachowane
me-back = Wróć
me-language-title = Język
me-language = Język i region
me-language-save = Zapisz
me-language-wrong = To nie jest oznaczenie języka, takie jak pl-PL.
me-sessions = Gdzie trwają Twoje sesje
me-session-since = Od
me-session-seen = Ostatnio używana
me-session-from = Skąd
me-session-this = ta przeglądarka
me-session-end = Zakończ
me-session-end-others = Zakończ wszystkie inne
me-times = Wszystkie godziny w UTC.

account-title = Konto
account-branch = Oddział
account-branch-show = Pokaż
account-saved = Zapisano.
account-invited = Wiadomość z jednorazowym linkiem jest w drodze.
account-none = Nic tu nie ma.
account-next = Następna strona
account-save = Zapisz
account-name = Imię i nazwisko
account-places = Lokalizacje
account-places-text = Lokalizacje pochodzą z dostarczanych danych.
account-place = Lokalizacja
account-place-address = Adres
account-place-night = Noc
account-place-zone = Strefa czasowa
account-contacts = Powiadamiane kontakty
account-contacts-text = Kto dostaje poranny raport e-mailem. Zmiany obowiązują od następnego raportu, niezależnie od dostarczanych danych.
account-contact-setting = Adres i powiadomienia
account-contact-notify = Powiadamiany e-mailem
account-contact-is = Powiadamiany e-mailem
account-contact-is-not = Niepowiadamiany e-mailem
account-contact-changed = zmieniono tutaj
account-contact-was = W dostarczonych danych: { $email }
account-contact-elsewhere = Należy też do innego oddziału. Ten kontakt mogą zmienić nasi pracownicy.
account-domains = Dozwolone domeny
account-domains-text = Do jakich domen można udostępniać incydenty. Reguła obejmuje też wszystko poniżej domeny. Zablokowane domeny nie dostają nic; gdy choć jedna jest dozwolona, dostają tylko dozwolone.
account-domain = Domena
account-domain-rule = Reguła
account-domain-allowed = dozwolona
account-domain-blocked = zablokowana
account-domain-add = Dodaj regułę
account-domain-remove = Usuń
account-domain-none = Brak reguł: incydenty można udostępniać do każdej domeny.
account-domain-wrong = To nie jest domena, taka jak example.com, albo reguł jest za dużo.
account-users = Użytkownicy
account-users-text = Dodawaniem i zmianami użytkowników zajmują się operacje.
account-role = Rola
account-user-acts = Dostęp
account-user-since = od { $date }
account-user-disabled = bez dostępu
account-user-disable = Odbierz dostęp
account-user-enable = Przywróć dostęp
account-user-invite = Wyślij link do logowania
account-user-reset = Zresetuj hasło i aplikację
account-user-add = Dodaj użytkownika
account-user-branches = Oddziały (dla zespołu oddziału)
account-user-taken = Użytkownik z tym adresem już istnieje.
account-user-last = To ostatni użytkownik operacji. Najpierw dodaj innego.
account-user-wrong = Użytkownik musi mieć adres, nazwę i rolę, a w zespole oddziału także oddział.

audit-verified = { $count ->
    [0] Dziennik jest pusty.
    [one] Jedyny wpis jest taki, jak go zapisano.
    [few] Wszystkie { $count } wpisy są takie, jak je zapisano.
   *[other] Wszystkie wpisy ({ $count }) są takie, jak je zapisano.
  }
audit-verified-last = Ostatnie wpisy ({ $count }) są takie, jak je zapisano. „daybreak audit verify” czyta wszystkie.
audit-broken = Dziennik zmieniono przy wpisie { $number }. „daybreak audit verify” wskaże wszystko, co się nie zgadza.
audit-filter = Znajdź wpisy
audit-number = Nr
audit-at = Kiedy
audit-actor = Kto
audit-action = Co
audit-object = Czego dotyczy
audit-detail = Szczegóły
audit-from = Od
audit-until = Do
audit-csv = Zapisz jako CSV
audit-older = Starsze wpisy
