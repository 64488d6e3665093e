namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Order of values of one type: numbers by size, false before true, texts by their bytes.</summary>
internal static class Values
{
    public static readonly Comparer<FieldValue> Order = Comparer<FieldValue>.Create(Compare);

    public static int Compare(FieldValue left, FieldValue right) => left.Kind switch
    {
        FieldKind.Float => left.AsFloat.CompareTo(right.AsFloat),
        FieldKind.Integer => left.AsInteger.CompareTo(right.AsInteger),
        FieldKind.Boolean => left.AsBoolean.CompareTo(right.AsBoolean),
        _ => Utf8Order.Instance.Compare(left.AsString, right.AsString),
    };
}
