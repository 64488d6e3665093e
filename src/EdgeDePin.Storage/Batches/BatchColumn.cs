using System.Text;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Batches;

/// <summary>
/// The values that one field has in a batch, in the order of the rows. Rows that lack the field take no space, so a
/// measurement with hundreds of fields costs what its values cost.
/// </summary>
/// <param name="kind">Unsigned only for values that no signed integer can hold; others are integers.</param>
internal sealed class BatchColumn(string key, FieldKind kind)
{
    private int[] _rows = new int[16];
    private long[] _bits = kind == FieldKind.String ? [] : new long[16];
    private string[] _texts = kind == FieldKind.String ? new string[16] : [];

    public string Key => key;

    public FieldKind Kind => kind;

    /// <summary>The key and its equals sign as they stand in a line; empty where the key needs escapes.</summary>
    public byte[] Raw { get; } = key.AsSpan().ContainsAny(",= \\") ? [] : Encoding.UTF8.GetBytes(key + "=");

    /// <summary>How many rows have the field.</summary>
    public int Count { get; private set; }

    /// <summary>The rows that have the field, ascending.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Floats by their bits, integers, booleans as 0 and 1.</summary>
    public ReadOnlySpan<long> Bits => _bits.AsSpan(0, Count);

    public ReadOnlySpan<string> Texts => _texts.AsSpan(0, Count);

    /// <summary>The measurement's field that keeps it, as found by the writer.</summary>
    public Known<NumberedField> Known { get; } = new();

    /// <summary>Whether the row has a value already.</summary>
    public bool Has(int row) => Count > 0 && _rows[Count - 1] == row;

    public void Add(int row, long bits)
    {
        Grow();
        _rows[Count] = row;
        _bits[Count++] = bits;
    }

    public void Add(int row, string text)
    {
        Grow();
        _rows[Count] = row;
        _texts[Count++] = text;
    }

    /// <summary>Takes back what a row got that did not come about.</summary>
    public void Undo(int row) => Count -= Has(row) ? 1 : 0;

    public void Clear()
    {
        Array.Clear(_texts, 0, kind == FieldKind.String ? Count : 0);
        Count = 0;
    }

    /// <summary>A value as a point has it.</summary>
    /// <param name="at">Its number among the values of the column.</param>
    public FieldValue Value(int at) => kind switch
    {
        FieldKind.Float => FieldValue.Float(BitConverter.Int64BitsToDouble(_bits[at])),
        FieldKind.Integer => FieldValue.Integer(_bits[at]),
        FieldKind.Unsigned => FieldValue.Unsigned(unchecked((ulong)_bits[at])),
        FieldKind.Boolean => FieldValue.Boolean(_bits[at] != 0),
        _ => FieldValue.String(_texts[at]),
    };

    private void Grow()
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, 2 * Count);
            if (kind == FieldKind.String)
            {
                Array.Resize(ref _texts, 2 * Count);
            }
            else
            {
                Array.Resize(ref _bits, 2 * Count);
            }
        }
    }
}
