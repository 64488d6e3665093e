using System.Text;

namespace EdgeDePin.Storage.Duck;

/// <summary>Rows of an answer column by column: an instant and a value of one type for each column, without an object for each.</summary>
internal sealed class ColumnTable
{
    private readonly FieldKind[] _kinds;
    private readonly long[][] _bits;
    private readonly string?[]?[] _texts;
    private readonly bool[][] _given;
    private long[] _times;

    /// <param name="capacity">Rows to make room for; it grows beyond.</param>
    public ColumnTable(IReadOnlyList<FieldKind> kinds, int capacity)
    {
        _kinds = [.. kinds];
        _times = new long[capacity];
        _bits = [.. _kinds.Select(_ => new long[capacity])];
        _given = [.. _kinds.Select(_ => new bool[capacity])];
        _texts = [.. _kinds.Select(kind => kind == FieldKind.String ? new string?[capacity] : null)];
    }

    public int Count { get; private set; }

    public IReadOnlyList<FieldKind> Kinds => _kinds;

    /// <summary>A row without values; the next calls of Set fill it.</summary>
    public void Add(long time)
    {
        if (Count == _times.Length)
        {
            Grow();
        }

        _times[Count++] = time;
    }

    public void Set(int column, double value) => Set(column, BitConverter.DoubleToInt64Bits(value));

    public void Set(int column, bool value) => Set(column, value ? 1 : 0);

    public void Set(int column, string value)
    {
        _texts[column]![Count - 1] = value;
        Set(column, 0);
    }

    /// <param name="value">Of an integer; the others become one.</param>
    public void Set(int column, long value)
    {
        _bits[column][Count - 1] = value;
        _given[column][Count - 1] = true;
    }

    /// <summary>Adds all rows of a part of an answer.</summary>
    /// <param name="firstColumn">Where the values begin; column 0 has the instants.</param>
    public void AddRows(ResultChunks rows, int firstColumn)
    {
        (int before, Count) = (Count, Count + rows.Count);
        while (_times.Length < Count)
        {
            Grow();
        }

        rows.Longs(0).CopyTo(_times.AsSpan(before));
        for (int column = 0; column < _kinds.Length; column++)
        {
            Span<bool> given = _given[column].AsSpan(before, rows.Count);
            given.Fill(true);
            for (int row = 0; row < given.Length && !rows.IsWhole(firstColumn + column); row++)
            {
                given[row] = rows.Has(firstColumn + column, row);
            }

            Take(rows, firstColumn + column, _kinds[column], given, _bits[column].AsSpan(before), _texts[column] is { } texts ? texts.AsSpan(before) : []);
        }
    }

    /// <summary>Whether a row has a value in any column.</summary>
    public bool HasAny(int row)
    {
        foreach (bool[] given in _given)
        {
            if (given[row])
            {
                return true;
            }
        }

        return false;
    }

    public long Time(int row) => _times[row];

    public bool Has(int row, int column) => _given[column][row];

    public double Float(int row, int column) => BitConverter.Int64BitsToDouble(_bits[column][row]);

    public long Integer(int row, int column) => _bits[column][row];

    public bool Boolean(int row, int column) => _bits[column][row] != 0;

    public string Text(int row, int column) => _texts[column]![row]!;

    public FieldValue? Value(int row, int column) => !Has(row, column) ? null : _kinds[column] switch
    {
        FieldKind.Float => FieldValue.Float(Float(row, column)),
        FieldKind.Integer => FieldValue.Integer(Integer(row, column)),
        FieldKind.Boolean => FieldValue.Boolean(Boolean(row, column)),
        _ => FieldValue.String(Text(row, column)),
    };

    /// <summary>Adds a copy of a row of a table with the same columns.</summary>
    public void AddFrom(ColumnTable other, int row)
    {
        Add(other._times[row]);
        for (int column = 0; column < _kinds.Length; column++)
        {
            _bits[column][Count - 1] = other._bits[column][row];
            _given[column][Count - 1] = other._given[column][row];
            if (_texts[column] is { } texts)
            {
                texts[Count - 1] = other._texts[column]![row];
            }
        }
    }

    private static void Take(ResultChunks rows, int column, FieldKind kind, ReadOnlySpan<bool> given, Span<long> bits, Span<string?> texts)
    {
        switch (kind)
        {
            case FieldKind.Float or FieldKind.Integer:
                rows.Longs(column).CopyTo(bits);
                break;
            case FieldKind.Boolean:
                ReadOnlySpan<bool> truths = rows.Booleans(column);
                for (int row = 0; row < given.Length; row++)
                {
                    bits[row] = given[row] && truths[row] ? 1 : 0;
                }

                break;
            default:
                for (int row = 0; row < given.Length; row++)
                {
                    texts[row] = given[row] ? Encoding.UTF8.GetString(rows.Text(column, row)) : null;
                }

                break;
        }
    }

    private void Grow()
    {
        int room = Math.Max(256, _times.Length * 2);
        Array.Resize(ref _times, room);
        for (int column = 0; column < _kinds.Length; column++)
        {
            Array.Resize(ref _bits[column], room);
            Array.Resize(ref _given[column], room);
            if (_texts[column] is not null)
            {
                Array.Resize(ref _texts[column], room);
            }
        }
    }
}
