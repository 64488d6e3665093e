namespace EdgeDePin.Storage;

/// <summary>The types a field can have for its whole life (InfluxDB's names).</summary>
public enum FieldKind
{
    Float,
    Integer,

    /// <summary>Exists in line protocol only; the store keeps it as <see cref="Integer"/> where it fits into 63 bits.</summary>
    Unsigned,
    Boolean,
    String,
}

/// <summary>One value of one field. Floats are finite: line protocol has no NaN and no infinity.</summary>
public readonly record struct FieldValue
{
    private readonly long _bits;
    private readonly string? _text;

    private FieldValue(FieldKind kind, long bits, string? text) => (Kind, _bits, _text) = (kind, bits, text);

    public FieldKind Kind { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not a finite number.</exception>
    public static FieldValue Float(double value) =>
        double.IsFinite(value)
            ? new(FieldKind.Float, BitConverter.DoubleToInt64Bits(value), null)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A field holds finite numbers only.");

    public static FieldValue Integer(long value) => new(FieldKind.Integer, value, null);
    public static FieldValue Unsigned(ulong value) => new(FieldKind.Unsigned, unchecked((long)value), null);
    public static FieldValue Boolean(bool value) => new(FieldKind.Boolean, value ? 1 : 0, null);

    public static FieldValue String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(FieldKind.String, 0, value);
    }

    public double AsFloat => Is(FieldKind.Float) ? BitConverter.Int64BitsToDouble(_bits) : throw Wrong(FieldKind.Float);
    public long AsInteger => Is(FieldKind.Integer) ? _bits : throw Wrong(FieldKind.Integer);
    public ulong AsUnsigned => Is(FieldKind.Unsigned) ? unchecked((ulong)_bits) : throw Wrong(FieldKind.Unsigned);
    public bool AsBoolean => Is(FieldKind.Boolean) ? _bits != 0 : throw Wrong(FieldKind.Boolean);
    public string AsString => Is(FieldKind.String) ? _text ?? "" : throw Wrong(FieldKind.String);

    public static implicit operator FieldValue(double value) => Float(value);
    public static implicit operator FieldValue(long value) => Integer(value);
    public static implicit operator FieldValue(bool value) => Boolean(value);

    public override string ToString() => Kind switch
    {
        FieldKind.Float => AsFloat.ToString("R"),
        FieldKind.Integer => $"{_bits}",
        FieldKind.Unsigned => $"{AsUnsigned}",
        FieldKind.Boolean => AsBoolean ? "true" : "false",
        _ => AsString,
    };

    private bool Is(FieldKind kind) => Kind == kind;

    private InvalidOperationException Wrong(FieldKind asked) => new($"The value {this} is {Kind}, not {asked}.");
}
