using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>A unit of the calendar that people and tariffs count in.</summary>
public enum CalendarUnit
{
    Hour,
    Day,

    /// <summary>Monday to Sunday (ISO 8601).</summary>
    Week,
    Month,
    Year,
}

/// <summary>Which windows an instant belongs to.</summary>
public abstract record WindowShape
{
    private WindowShape()
    {
    }

    /// <summary>[from, until) of each, earliest first; at least one.</summary>
    public abstract IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> At(DateTimeOffset instant);

    /// <summary>Equal lengths side by side. They begin at multiples of their length since year 1, hence at full minutes and hours.</summary>
    public sealed record Tumbling : WindowShape
    {
        public Tumbling(TimeSpan length)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
            Length = length;
        }

        public TimeSpan Length { get; }

        public override IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> At(DateTimeOffset instant)
        {
            var from = new DateTimeOffset(instant.UtcTicks / Length.Ticks * Length.Ticks, TimeSpan.Zero);
            yield return (from, from + Length);
        }
    }

    /// <summary>Equal lengths that overlap: a new one begins each step.</summary>
    public sealed record Sliding : WindowShape
    {
        /// <summary>An instant is in no more windows than this.</summary>
        public const int MostOverlaps = 256;

        /// <param name="step">At most the length, and no less than a 256th of it: a reading is kept once for each window.</param>
        public Sliding(TimeSpan length, TimeSpan step)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfLessThan(length, step);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length / step, MostOverlaps, nameof(step));
            (Length, Step) = (length, step);
        }

        public TimeSpan Length { get; }

        public TimeSpan Step { get; }

        public override IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> At(DateTimeOffset instant)
        {
            // The first window that has not ended by then, and all that have begun.
            for (long number = Math.Max(0, ((instant.UtcTicks - Length.Ticks) / Step.Ticks) + 1); number * Step.Ticks <= instant.UtcTicks; number++)
            {
                var from = new DateTimeOffset(number * Step.Ticks, TimeSpan.Zero);
                yield return (from, from + Length);
            }
        }
    }

    /// <summary>Hours, days, weeks, months or years of a place: a day has 23 or 25 hours when its clocks are changed.</summary>
    public sealed record Calendar(CalendarUnit Unit, TimeZoneInfo Zone) : WindowShape
    {
        public override IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> At(DateTimeOffset instant)
        {
            if (Unit == CalendarUnit.Hour)
            {
                // An hour told twice is two hours; zones that are off by half an hour begin theirs at half past in UTC. Of standard time, for one
                // island puts its clocks on by half an hour.
                TimeSpan offset = Zone.BaseUtcOffset;
                long ticks = (instant.UtcTicks + offset.Ticks) / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour;
                var hour = new DateTimeOffset(ticks - offset.Ticks, TimeSpan.Zero);
                yield return (hour, hour.AddHours(1));
                yield break;
            }

            DateTime local = TimeZoneInfo.ConvertTime(instant, Zone).Date;
            DateTime from = Unit switch
            {
                CalendarUnit.Day => local,
                CalendarUnit.Week => local.AddDays(-(((int)local.DayOfWeek + 6) % 7)),
                CalendarUnit.Month => new DateTime(local.Year, local.Month, 1, 0, 0, 0, DateTimeKind.Unspecified),
                _ => new DateTime(local.Year, 1, 1, 0, 0, 0, DateTimeKind.Unspecified),
            };
            DateTime until = Unit switch
            {
                CalendarUnit.Day => from.AddDays(1),
                CalendarUnit.Week => from.AddDays(7),
                CalendarUnit.Month => from.AddMonths(1),
                _ => from.AddYears(1),
            };
            yield return (Begin(from), Begin(until));
        }

        // Where midnight is skipped the day begins when the clocks go on; where it is told twice it begins with the first.
        private DateTimeOffset Begin(DateTime midnight)
        {
            DateTime local = DateTime.SpecifyKind(midnight, DateTimeKind.Unspecified);
            while (Zone.IsInvalidTime(local))
            {
                local = local.AddMinutes(15);
            }

            TimeSpan offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
            return new DateTimeOffset(local, offset).ToUniversalTime();
        }
    }
}
