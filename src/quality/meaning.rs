//! What each check looks at, in a sentence for whoever reads the report.

/// What the check with this id looks at, and how; nothing for an unknown one.
pub fn meaning(id: &str) -> &'static str {
    match id {
        "row_count" => "A row for each server and each step at which it is there.",
        "columns" => "The columns of the file are those of the data contract, in its order and types.",
        "date_range" => "First and last timestamp of all rows.",
        "keys_unique" => "No server has two rows for the same time.",
        "keys_continuous" => {
            "From a server's first row to its last, no step is left out: a missing value is an empty cell, not a missing row."
        }
        "sorted" => "Readers may rely on the order: by server, then by time.",
        "missing_share" => "Share of empty cells, against the limit that the configuration sets.",
        "value_range" => "No value lies outside the configured clips.",
        "missing_rate" => "Share of empty cells, against the configured rate.",
        "outlier_rate" => "Share of values far above what their server and day explain.",
        "weekend_ratio" => {
            "Level of Saturdays and Sundays over that of other days, with season, growth, holidays and quarter ends taken into account."
        }
        "annual_amplitude" => "Height of the yearly wave over the mean.",
        "growth_rate" => "Change of the level per year, once the seasons are taken into account.",
        "holiday_effect" => "Level on holidays over that of other days of the same weekday and season.",
        "post_holiday_effect" => "Level on the day after a holiday over that of other days.",
        "eoq_lift" => "Level in the last business days of a quarter over that of other business days.",
        "year_end_lift" => "Further rise of the year's last quarter end over the other three.",
        "month_end_lift" => {
            "Level in the last business days of other months over that of other business days."
        }
        "event_lift" => "Level during a dated event over that of the days around it.",
        "level_shift" => "Level after a configured change over that before it.",
        "business_hours" => "Level of the business hours over that of the whole day, on working days.",
        "autocorrelation" => "Correlation of a day's noise with that of the day before, within servers.",
        "correlation" => "Correlation of two metrics' noise on the same server and day.",
        "gap_length" => "Mean number of steps from a gap's first empty cell to its last.",
        "shared_shock" => {
            "Correlation of the noise of servers of one business unit or region on the same day."
        }
        "extreme_values" => {
            "Share of values far above what is usual for their server, from outliers and anomalies together."
        }
        "level_spread" => "How much the servers' own levels differ from each other.",
        "weekend_spread" => "How much the servers' own weekend ratios differ from each other.",
        "change_spread" => "How much the servers' levels change while they are there.",
        "stuck_values" => "Share of values that repeat the one before, beyond those that do so by chance.",
        "outage_share" => "Share of days on which every value of a region's servers is missing.",
        "unit_weekend" => {
            "Weekends over other days within one business unit, against what its sensitivity lets expect."
        }
        "unit_season" => {
            "High season over low season within one business unit, against what its sensitivity lets expect."
        }
        "unit_eoq" => {
            "Quarter ends over ordinary days within one business unit, against what its sensitivity lets expect."
        }
        "unit_holiday" => {
            "Holidays over ordinary days within one business unit, against what its sensitivity lets expect."
        }
        "attribute_effect" => "Level of the servers with this attribute over that of the others.",
        "kind_level" => "Level of this kind of servers over that of the others.",
        "commissioned_share" => "Share of servers whose first row comes after the first day.",
        "decommissioned_share" => "Share of servers whose last row comes before the last day.",
        "migrated_share" => "Share of servers whose region changes.",
        _ => "",
    }
}
