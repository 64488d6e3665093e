using System.Collections.Immutable;
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

    /// <summary>Fields, each with each condition under which it was asked for.</summary>
    private const int MaxFields = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Measurement, string Column, string Filter), Known> _fields = [];
    private long _asked;

    /// <summary>Grows when something is deleted.</summary>
    public int Version { get; private set; }

    /// <summary>Of each field the newest value by series; null where there are too many series to remember, or rows may be merged.</summary>
    /// <param name="filter">Only rows for which it holds count. What was stored may not change later, so rows must not repeat.</param>
    /// <param name="head">Every sequence up to it is visible to the connection.</param>
    /// <param name="version">The <see cref="Version"/> when the reader began; one that began before a deletion remembers nothing here.</param>
    public IReadOnlyList<IReadOnlyDictionary<int, LastValue>>? Of(
        DuckDBConnection connection, MeasurementSchema measurement, IReadOnlyList<FieldColumn> fields, RowFilter? filter, long head, int version)
    {
        if ((long)measurement.Series.Length * fields.Count > MaxValues || (filter is not null && measurement.MayRepeat))
        {
            return null;
        }

        lock (_lock)
        {
            if (version != Version)
            {
                return null;
            }

            List<(FieldColumn Field, Known Known)> asked = [.. fields.Select(field => (field, Find(measurement, field, filter)))];
            foreach (IGrouping<long, (FieldColumn Field, Known Known)> alike in asked.Where(one => one.Known.Head < head || one.Known.Head < 0)
                .GroupBy(one => one.Known.Head).ToList())
            {
                Read(connection, new Question(measurement, [.. alike], filter), alike.Key, head);
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

    private Known Find(MeasurementSchema measurement, FieldColumn field, RowFilter? filter)
    {
        (int, string, string) key = (measurement.Id, field.Column, filter?.Key ?? "");
        if (!_fields.TryGetValue(key, out Known? known) || !known.Follows(measurement))
        {
            _fields[key] = known = new Known();
        }

        known.Cold = measurement.Cold;
        known.Asked = ++_asked;
        return known;
    }

    private void MakeRoom(List<(FieldColumn Field, Known Known)> asked)
    {
        int most = asked.Max(one => one.Known.Count);
        if (_fields.Count <= MaxFields && _fields.Values.Sum(known => known.Count) <= MaxValues)
        {
            return;
        }

        foreach (var oldest in _fields.OrderBy(field => field.Value.Asked).ToList())
        {
            if (_fields.Count <= MaxFields && _fields.Values.Sum(known => known.Count) <= Math.Max(MaxValues, most))
            {
                return;
            }

            _fields.Remove(oldest.Key);
        }
    }

    private static void Read(DuckDBConnection connection, Question question, long after, long head)
    {
        var rows = new StoredRows(question.Measurement, () => long.MinValue);
        if (after >= 0)
        {
            question.Take(connection, rows.Since(question.Columns, after));
        }
        else
        {
            question.Take(connection, rows.Hot(question.Columns));
            foreach (ColdFile file in question.Measurement.Cold.OrderByDescending(file => file.LastInstant))
            {
                if (question.IsAnsweredBefore(file.LastInstant))
                {
                    break;
                }

                question.Take(connection, StoredRows.OfFile(file, question.Columns));
            }
        }

        foreach ((_, Known known) in question.Asked)
        {
            known.Head = head;
        }
    }

    /// <summary>Fields of a measurement whose newest values are read together.</summary>
    private sealed record Question(MeasurementSchema Measurement, IReadOnlyList<(FieldColumn Field, Known Known)> Asked, RowFilter? Filter)
    {
        public IReadOnlyList<FieldColumn> Columns { get; } = [.. Asked.Select(one => one.Field).Union(Filter?.Fields ?? [])];

        private IReadOnlyList<int> Series { get; } = Filter?.Series ?? [.. Measurement.Series.Select(series => series.Id)];

        /// <summary>Whether nothing at an instant or before it is newer than what is known.</summary>
        public bool IsAnsweredBefore(long instant) =>
            Asked.All(one => Series.All(series => one.Known.Find(series) is { } known && known.Instant > instant));

        public void Take(DuckDBConnection connection, string rows)
        {
            // An instant may stand twice where points were late or were sent again.
            string order = Measurement.MayRepeat ? "ts::HUGEINT * 9223372036854775808 + seq" : "ts";
            string columns = string.Concat(Asked.Select(one => one.Field.Column).Select(column =>
                $", max(ts) FILTER ({column} IS NOT NULL), arg_max(seq, {order}) FILTER ({column} IS NOT NULL), arg_max({column}, {order})"));
            string where = Filter is null ? "" : $" WHERE {Filter.Sql}";
            foreach (DuckDBDataReader row in connection.Rows($"SELECT series{columns} FROM ({rows}){where} GROUP BY series", [.. Filter?.Parameters ?? []]))
            {
                for (int at = 0; at < Asked.Count; at++)
                {
                    int first = 1 + (3 * at);
                    if (PointReader.Value(row, first + 2, Asked[at].Field.Kind) is { } value)
                    {
                        Asked[at].Known.Take(row.GetInt32(0), new LastValue(row.GetInt64(first), row.GetInt64(first + 1), value));
                    }
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
