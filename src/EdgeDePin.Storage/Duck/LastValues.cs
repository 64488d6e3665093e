using System.Collections.Immutable;
using System.Globalization;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// The newest values of the fields that people ask for, in memory. Nothing is done for it when points are written: a
/// question reads what was stored since the question before, and the first one reads the newest files and only as many older
/// ones as may hold something newer. Where files went away, as retention does, it starts anew. Thread-safe.
/// </summary>
internal sealed class LastValues
{
    /// <summary>Values that are kept, of all fields together: about 10 MB. The field that was asked for longest ago goes first.</summary>
    private const int MaxValues = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Measurement, string Column), Known> _fields = [];
    private long _asked;

    /// <summary>Grows when something is deleted.</summary>
    public int Version { get; private set; }

    /// <summary>Of each field the newest value by series; null where there are too many series to remember.</summary>
    /// <param name="head">Every sequence up to it is visible to the connection.</param>
    /// <param name="version">The <see cref="Version"/> when the reader began; one that began before a deletion remembers nothing here.</param>
    public IReadOnlyList<IReadOnlyDictionary<int, LastValue>>? Of(
        DuckDBConnection connection, MeasurementSchema measurement, IReadOnlyList<FieldColumn> fields, long head, int version)
    {
        if ((long)measurement.Series.Length * fields.Count > MaxValues)
        {
            return null;
        }

        lock (_lock)
        {
            if (version != Version)
            {
                return null;
            }

            List<(FieldColumn Field, Known Known)> asked = [.. fields.Select(field => (field, Find(measurement, field)))];
            foreach (IGrouping<long, (FieldColumn Field, Known Known)> alike in asked.Where(one => one.Known.Head < head || one.Known.Head < 0)
                .GroupBy(one => one.Known.Head).ToList())
            {
                Read(connection, measurement, [.. alike], alike.Key, head);
            }

            MakeRoom(asked);
            // Copies: the next question changes what this one reads.
            return asked.ConvertAll(one => one.Known.Snapshot());
        }
    }

    /// <summary>Forgets everything: what is stored has changed otherwise than by points that were added or files that went.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            Version++;
            _fields.Clear();
        }
    }

    private Known Find(MeasurementSchema measurement, FieldColumn field)
    {
        if (!_fields.TryGetValue((measurement.Id, field.Column), out Known? known) || !known.Follows(measurement))
        {
            _fields[(measurement.Id, field.Column)] = known = new Known();
        }

        known.Cold = measurement.Cold;
        known.Asked = ++_asked;
        return known;
    }

    private void MakeRoom(List<(FieldColumn Field, Known Known)> asked)
    {
        int most = asked.Max(one => one.Known.Count);
        foreach (var oldest in _fields.OrderBy(field => field.Value.Asked).ToList())
        {
            if (_fields.Values.Sum(known => known.Count) <= Math.Max(MaxValues, most))
            {
                return;
            }

            _fields.Remove(oldest.Key);
        }
    }

    private static void Read(
        DuckDBConnection connection, MeasurementSchema measurement, IReadOnlyList<(FieldColumn Field, Known Known)> asked, long after, long head)
    {
        var rows = new StoredRows(measurement, () => long.MinValue);
        IReadOnlyList<FieldColumn> fields = [.. asked.Select(one => one.Field)];
        if (after >= 0)
        {
            Take(connection, rows.Since(fields, after), measurement, asked);
        }
        else
        {
            Take(connection, rows.Hot(fields), measurement, asked);
            foreach (ColdFile file in measurement.Cold.OrderByDescending(file => file.LastInstant))
            {
                // Nothing in this file or those behind it is newer than what is known.
                if (asked.All(one => measurement.Series.All(series => one.Known.Find(series.Id) is { } known && known.Instant > file.LastInstant)))
                {
                    break;
                }

                Take(connection, StoredRows.OfFile(file, fields), measurement, asked);
            }
        }

        foreach ((_, Known known) in asked)
        {
            known.Head = head;
        }
    }

    private static void Take(
        DuckDBConnection connection, string rows, MeasurementSchema measurement, IReadOnlyList<(FieldColumn Field, Known Known)> asked)
    {
        // An instant may stand twice where points were late or were sent again.
        string order = measurement.MayRepeat ? "ts::HUGEINT * 9223372036854775808 + seq" : "ts";
        string columns = string.Concat(asked.Select(one => one.Field.Column).Select(column => string.Create(CultureInfo.InvariantCulture,
            $", max(ts) FILTER ({column} IS NOT NULL), arg_max(seq, {order}) FILTER ({column} IS NOT NULL), arg_max({column}, {order})")));
        foreach (DuckDBDataReader row in connection.Rows($"SELECT series{columns} FROM ({rows}) GROUP BY series"))
        {
            for (int at = 0; at < asked.Count; at++)
            {
                int first = 1 + (3 * at);
                if (PointReader.Value(row, first + 2, asked[at].Field.Kind) is { } value)
                {
                    asked[at].Known.Take(row.GetInt32(0), new LastValue(row.GetInt64(first), row.GetInt64(first + 1), value));
                }
            }
        }
    }

    /// <summary>What is known of one field.</summary>
    private sealed class Known
    {
        private ImmutableDictionary<int, LastValue> _values = ImmutableDictionary<int, LastValue>.Empty;

        /// <summary>Everything up to this sequence has been read; -1 before the first time.</summary>
        public long Head { get; set; } = -1;

        public ImmutableArray<ColdFile> Cold { get; set; } = [];

        public long Asked { get; set; }

        public int Count => _values.Count;

        public LastValue? Find(int series) => _values.TryGetValue(series, out LastValue value) ? value : null;

        public void Take(int series, LastValue value)
        {
            if (Find(series) is not { } known || value.IsAfter(known))
            {
                _values = _values.SetItem(series, value);
            }
        }

        public IReadOnlyDictionary<int, LastValue> Snapshot() => _values;

        /// <summary>Whether every file that was read is still there.</summary>
        public bool Follows(MeasurementSchema measurement) =>
            Cold == measurement.Cold || Cold.All(file => measurement.Cold.Any(other => other.Path == file.Path));
    }
}
