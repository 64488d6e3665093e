namespace EdgeDePin.Storage;

/// <summary>The store cannot go on. The message is one line that names the thing and the remedy.</summary>
public sealed class StoreException : Exception
{
    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception cause)
        : base(message, cause)
    {
    }

    public StoreException()
    {
    }
}
