namespace EdgeDePin.Storage;

/// <summary>Somebody who may use the Influx API: by name and password, by token, or by both.</summary>
public sealed class ApiUser
{
    /// <summary>For Basic auth, <c>?u=&amp;p=</c> and <c>Token name:password</c>. Default empty: by token only.</summary>
    public string Name { get; set; } = "";

    /// <summary>At least 8 characters where a name is given. Default empty.</summary>
    public string Password { get; set; } = "";

    /// <summary>For <c>Authorization: Token …</c> and <c>Bearer …</c>. Default empty: by name only.</summary>
    public string Token { get; set; } = "";

    /// <summary>May ask <c>/query</c> and <c>/metrics</c>. Default yes.</summary>
    public bool Read { get; set; } = true;

    /// <summary>May write points. Default no.</summary>
    public bool Write { get; set; }
}
