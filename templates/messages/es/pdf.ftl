# The PDF transaction report in Spanish.
pdf-title = Informe de transacciones
pdf-night = Noche del
pdf-window = Horario
pdf-address = Dirección
pdf-branch = Sucursal
pdf-built = Informe generado
pdf-summary = Resumen
pdf-incidents = Incidentes
pdf-interactions = Interacciones
pdf-transactions = Transacciones
pdf-taken-unpaid = Sustraído sin pagar
pdf-paid-items = Artículos pagados
pdf-total = Total
pdf-incomplete = Este informe está incompleto
pdf-missing-activity = No consta lo que se procesó esa noche.
pdf-missing-feed = El origen no ha confirmado el envío de todos los eventos de la noche.
pdf-missing-feed-until = El origen solo ha confirmado sus eventos hasta { $until }.
pdf-missing-clip = La grabación { $clip } no está en el archivo.
pdf-missing-photo = La foto del incidente { $incident } no está en el archivo.
pdf-correction = Corrección de un informe anterior
pdf-reason = Motivo
pdf-requested-by = Solicitada por
pdf-changes = Cambios
pdf-change =
    { $how ->
        [added] Se añadió
        [removed] Se eliminó
       *[edited] Se modificó
    }: { $subject ->
        [incident] incidente
        [interaction] interacción
        [transaction] transacción
        [activity] cifras de procesamiento
       *[completeness] integridad de los datos
    } { $of }
pdf-more-changes =
    { $count ->
        [one] y { $count } cambio más
       *[other] y { $count } cambios más
    }
pdf-index = Índice de incidentes
pdf-no-incidents = Esta noche no se registró ningún incidente.
pdf-incident = Incidente
pdf-incident-number = Incidente { $number }
pdf-transaction-number = Transacción { $reference }
pdf-case = Caso
pdf-case-instance = Caso { $case }, { $instance }.ª vez
pdf-go-to = Ir al incidente { $number }
pdf-time = Hora
pdf-type = Tipo
pdf-page = Página
pdf-page-of = Página { $page } de { $pages }
pdf-revision = Revisión { $revision }
pdf-data = SHA-256 de los datos { $hash }
pdf-occurred = Ocurrió
pdf-reported-by = Notificado por
pdf-reference = Referencia
pdf-camera = Cámara
pdf-operator = Operador
pdf-level = Nivel
pdf-handled = Atendido
pdf-actions = Acciones
pdf-description = Descripción
pdf-account = Relato del operador
pdf-no-account = El operador no dejó notas.
pdf-photo-alt = Foto del incidente: { $type }, { $time }
pdf-photo-missing = La foto no está en el archivo.
pdf-photo-unreadable = No se pudo leer la foto.
pdf-no-transaction = Este incidente no tiene ninguna transacción.
pdf-transaction-missing = La transacción de este incidente no se ha recibido.
pdf-other-transactions = Transacciones sin incidente
pdf-terminal = Terminal
pdf-sku = SKU
pdf-item = Artículo
pdf-quantity = Cantidad
pdf-unit-price = Precio unitario
pdf-line-total = Importe
pdf-status = Estado
pdf-paid = Pagado
pdf-unpaid = No pagado
pdf-lines =
    { $count ->
        [one] { $count } línea
       *[other] { $count } líneas
    }
pdf-payment = Pago
pdf-no-payment = ninguno
pdf-card = { $method }, terminada en { $last4 }
pdf-overpaid = Pagado de más
pdf-underpaid = Pendiente de los artículos pagados
