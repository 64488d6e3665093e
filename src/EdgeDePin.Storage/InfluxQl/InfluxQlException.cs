namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Why a query or one of its statements has no answer; turned into an error of the result before it leaves the store.</summary>
internal sealed class InfluxQlException(string message, bool isParseError = false) : Exception(message)
{
    /// <summary>The text is no InfluxQL, so nothing of the request is run; otherwise only this statement fails.</summary>
    public bool IsParseError => isParseError;

    public static InfluxQlException NotSupported(string what) => new($"{what} is not supported by this store");
}
