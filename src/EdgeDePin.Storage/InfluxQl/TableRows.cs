using System.Collections;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Neighbouring rows of a table as rows of an answer; who knows the table reads it without making them.</summary>
/// <param name="columns">The table's column of each column of the answer behind the instant.</param>
internal sealed class TableRows(ColumnTable table, int start, int count, int[] columns) : IReadOnlyList<FieldValue?[]>
{
    public ColumnTable Table => table;

    public int Start => start;

    public ReadOnlySpan<int> Columns => columns;

    public int Count => count;

    public FieldValue?[] this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            var row = new FieldValue?[columns.Length + 1];
            row[0] = table.Time(start + index);
            for (int at = 0; at < columns.Length; at++)
            {
                row[at + 1] = table.Value(start + index, columns[at]);
            }

            return row;
        }
    }

    /// <summary>Some of these rows.</summary>
    public TableRows Slice(int skip, int take)
    {
        int skipped = Math.Min(skip, count);
        return new TableRows(table, start + skipped, Math.Min(take, count - skipped), columns);
    }

    public IEnumerator<FieldValue?[]> GetEnumerator()
    {
        for (int at = 0; at < count; at++)
        {
            yield return this[at];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
