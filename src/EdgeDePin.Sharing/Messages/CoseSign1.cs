using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// A signed message: COSE_Sign1 of RFC 9052 section 4.2 with its tag 18, signed with EdDSA over Ed25519 (RFC 9053 section 2.2).
/// </summary>
/// <param name="ProtectedHeader">The encoded map below the signature.</param>
/// <param name="UnprotectedHeader">The encoded map outside it.</param>
public readonly record struct CoseSign1(
    ReadOnlyMemory<byte> ProtectedHeader,
    ReadOnlyMemory<byte> UnprotectedHeader,
    ReadOnlyMemory<byte> Payload,
    ReadOnlyMemory<byte> Signature)
{
    private const CborTag Tag = (CborTag)18;
    // RFC 9052 section 9 asks for this encoding of what is signed; CTAP2 form would refuse tags altogether.
    private const CborConformanceMode Mode = CborConformanceMode.Canonical;

    /// <summary>False where the bytes are not exactly one tagged COSE_Sign1 in deterministic CBOR.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out CoseSign1? message)
    {
        message = null;
        try
        {
            var reader = new CborReader(bytes, Mode);
            if (reader.ReadTag() != Tag || reader.ReadStartArray() != 4)
            {
                return false;
            }

            ReadOnlyMemory<byte> protectedHeader = reader.ReadDefiniteLengthByteString();
            if (reader.PeekState() != CborReaderState.StartMap)
            {
                return false;
            }

            ReadOnlyMemory<byte> unprotectedHeader = reader.ReadEncodedValue();
            message = new CoseSign1(
                protectedHeader, unprotectedHeader, reader.ReadDefiniteLengthByteString(), reader.ReadDefiniteLengthByteString());
            reader.ReadEndArray();
            return reader.BytesRemaining == 0;
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>Signs a payload.</summary>
    /// <param name="context">External data that both sides know and that is not sent (RFC 9052 section 4.3).</param>
    public static CoseSign1 Sign(
        NodeIdentity signer, byte[] protectedHeader, byte[] unprotectedHeader, byte[] payload, ReadOnlySpan<byte> context)
    {
        ArgumentNullException.ThrowIfNull(signer);
        byte[] signature = signer.Sign(ToBeSigned(protectedHeader, payload, context));
        return new CoseSign1(protectedHeader, unprotectedHeader, payload, signature);
    }

    /// <param name="scheme">Ed25519 unless given.</param>
    public bool IsSignedBy(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> context, SignatureScheme? scheme = null) =>
        (scheme ?? SignatureScheme.Ed25519).Verify(
            publicKey, ToBeSigned(ProtectedHeader.Span, Payload.Span, context), Signature.Span);

    public byte[] Encode()
    {
        var writer = new CborWriter(Mode, initialCapacity: Payload.Length + 160);
        writer.WriteTag(Tag);
        writer.WriteStartArray(4);
        writer.WriteByteString(ProtectedHeader.Span);
        writer.WriteEncodedValue(UnprotectedHeader.Span);
        writer.WriteByteString(Payload.Span);
        writer.WriteByteString(Signature.Span);
        writer.WriteEndArray();
        return writer.Encode();
    }

    /// <summary>The Sig_structure of RFC 9052 section 4.4.</summary>
    internal static byte[] ToBeSigned(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> context)
    {
        var writer = new CborWriter(Mode, initialCapacity: payload.Length + 160);
        writer.WriteStartArray(4);
        writer.WriteTextString("Signature1");
        writer.WriteByteString(protectedHeader);
        writer.WriteByteString(context);
        writer.WriteByteString(payload);
        writer.WriteEndArray();
        return writer.Encode();
    }
}
