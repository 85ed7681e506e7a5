//! The rule that lets a page send to a bucket.

use serde_json::json;

/// The rule for pages of this origin, as `aws s3api put-bucket-cors --cors-configuration file://cors.json`
/// takes it.
pub fn rule(origin: &str) -> String {
    let rule = json!({
        "CORSRules": [{
            "AllowedOrigins": [origin],
            "AllowedMethods": ["PUT", "POST", "GET", "DELETE"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 3000
        }]
    });
    format!("{rule:#}\n")
}
