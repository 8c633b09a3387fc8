//! Places: how many feeds of one key may be on the disk at once, so that no producer takes every place there is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::ApiKeyId;

/// So many of one key.
const OF_ONE: usize = 2;

/// The places of every key that sends.
#[derive(Debug, Default)]
pub(in crate::portal) struct Places(Mutex<HashMap<ApiKeyId, Arc<Semaphore>>>);

impl Places {
    /// Waits for a place of a key; it is free again when what is returned goes.
    pub(super) async fn place(&self, key: ApiKeyId) -> Option<OwnedSemaphorePermit> {
        let places = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Keys that send nothing now are forgotten: nobody else holds theirs.
            known.retain(|_, places| Arc::strong_count(places) > 1);
            Arc::clone(known.entry(key).or_insert_with(|| Arc::new(Semaphore::new(OF_ONE))))
        };
        places.acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_key_has_its_places_and_takes_no_others() {
        let places = Places::default();
        let (one, other) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let held = [places.place(one).await, places.place(one).await];
        let third = async || tokio::time::timeout(Duration::from_millis(20), places.place(one)).await;
        assert!(third().await.is_err(), "the third waits");
        assert!(places.place(other).await.is_some());
        drop(held);
        assert!(third().await.is_ok());
        assert!(places.0.lock().unwrap().len() <= 2);
    }
}
