namespace EdgeDePin.Analytics;

/// <summary>What a linear forecaster looks at, and whether each slot of the day has a model of its own.</summary>
/// <param name="Lags">Steps back from the newest value, ascending, without 0.</param>
/// <param name="BySlot">A model for each of the 24 slots of a day, by the slot of the newest value.</param>
/// <param name="Calendar">Weekday, season of the year, time of day and the level itself count, too; else only differences to the newest value (NLinear).</param>
/// <param name="Exogenous">What else was measured counts, too.</param>
internal sealed record OriginRidgeShape(string Name, int[] Lags, bool BySlot, bool Calendar, bool Exogenous)
{
    // A month of lags costs the square of it for every row.
    private const int LongReachRows = 20_000;

    private static readonly int[] ExogenousLags = [0, 1, 2, 3, 6, 12, 23];

    /// <summary>Every shape that the series is long enough for.</summary>
    /// <param name="rows">Examples to learn from.</param>
    public static List<OriginRidgeShape> For(ForecastFrame frame, int rows)
    {
        var shapes = new List<OriginRidgeShape>();
        int stride = Math.Max(1, frame.Season / 24);
        bool exogenous = frame.Exogenous.Length > 0;
        foreach (int seasons in frame.Season > 1 ? rows <= LongReachRows ? [2, 8, 14, 30] : [2, 8, 14] : (int[])[6, 12, 24])
        {
            int[] lags = Reach(frame.Season == 1 ? 1 : stride, seasons * (frame.HasDay ? frame.Season : Math.Max(1, frame.Season)));
            if (lags.Length < 2)
            {
                continue;
            }

            var linear = new OriginRidgeShape($"nlinear-{lags[^1] + 1}", lags, false, false, false);
            var pooled = new OriginRidgeShape($"ridge-{lags[^1] + 1}", lags, false, true, exogenous);
            shapes.AddRange(new[] { linear, pooled }.Where(shape => rows > 3 * shape.Width(frame)));
            if (frame.HasDay && seasons < 14)
            {
                var slots = new OriginRidgeShape($"slots-{lags[^1] + 1}", lags, true, true, exogenous);
                shapes.AddRange(rows / ForecastFrame.Slots > 2 * slots.Width(frame) ? [slots] : Array.Empty<OriginRidgeShape>());
            }
        }

        return shapes;
    }

    public int Width(ForecastFrame frame) => Lags.Length + 1
        + (Calendar ? 7 + (frame.HasDay ? 7 : 0) + (BySlot || !frame.HasDay ? 0 : 6) : 0)
        + (Exogenous ? frame.Exogenous.Length * ExogenousLags.Length : 0);

    /// <summary>How many values before an origin are looked at.</summary>
    public int Reach() => Math.Max(Lags[^1] + 1, Exogenous ? ExogenousLags[^1] + 1 : 1);

    /// <param name="origin">The first place to predict; the newest value stands before it.</param>
    public void Look(ForecastFrame frame, int origin, Span<double> row)
    {
        int now = origin - 1;
        double newest = frame.Values[now];
        int at = 0;
        foreach (int lag in Lags)
        {
            row[at++] = frame.Values[now - lag] - newest;
        }

        if (Exogenous)
        {
            foreach (double[] column in frame.Exogenous)
            {
                foreach (int lag in ExogenousLags)
                {
                    row[at++] = column[now - lag];
                }
            }
        }

        if (Calendar)
        {
            at = LookAtCalendar(frame, now, row, at);
        }

        row[at] = 1;
    }

    private int LookAtCalendar(ForecastFrame frame, int now, Span<double> row, int at)
    {
        for (int day = 0; frame.HasDay && day < 7; day++)
        {
            row[at++] = frame.Weekday(now) == day ? 1 : 0;
        }

        row[at++] = frame.Values[now];
        for (int wave = 1; wave <= 3; wave++)
        {
            (row[at], row[at + 1]) = Harmonics.Of(wave * frame.DayOfYear(now) / 365.25);
            at += 2;
        }

        for (int wave = 1; !BySlot && frame.HasDay && wave <= 3; wave++)
        {
            (row[at], row[at + 1]) = Harmonics.Of(wave * frame.Slot(now) / (double)ForecastFrame.Slots);
            at += 2;
        }

        return at;
    }

    // Each of the last two days' worth of strides, so that long steps back cost as little as short ones.
    private static int[] Reach(int stride, int reach)
    {
        int dense = stride == 1 ? reach : Math.Min(48, reach);
        return [.. Enumerable.Range(1, Math.Max(0, reach - 1)).Where(lag => lag < dense || (lag + 1) % stride == 0)];
    }
}
